#ifndef CSIMULATION_H
#define CSIMULATION_H

#include <stdint.h>

/// From now on this process has virtual clocks, and its random numbers follow from the seed.
void simulation_begin(uint64_t seed);

/// Nanoseconds since the machine's start; `clock_gettime` says the same.
int64_t simulation_now(void);

/// Moves all clocks ahead, never back.
void simulation_advance(int64_t now);

/// Moves the time of day alone, in either direction.
void simulation_move_time_of_day(int64_t nanoseconds);

/// Nanoseconds of the processor that this process has used, on the real clock.
int64_t simulation_used_processor_time(void);

/// `fork`, which Swift does not offer: a process with one thread may use it.
int simulation_fork(void);

#endif
