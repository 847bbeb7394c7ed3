#pragma once
#include <sys/types.h>

/// Starts a program, which has three standard streams and no other descriptor of this process, and ignores or blocks no signal.
///
/// @param words The program, looked for in PATH, and its arguments; ends with NULL.
/// @param variables Its environment; ends with NULL.
/// @param folder Where it runs; this process's when NULL.
/// @param streams Its standard streams; when NULL it reads nothing, and what it writes is thrown away.
/// @return 0, or the number of an error.
int spawn_alone(
    pid_t *id, char *const words[], char *const variables[], const char *folder, const int *streams);

/// A pipe that no other program inherits.
int private_pipe(int ends[2]);
