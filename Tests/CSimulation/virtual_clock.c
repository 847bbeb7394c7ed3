// The clocks and random numbers of a simulation. The program that this is linked into defines functions of the C library, so that
// the libraries of Swift, too, call these: ContinuousClock, Date, and each random number follow from a seed.
#define _GNU_SOURCE
#include "CSimulation.h"
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int is_virtual = 0;
static int64_t since_boot = 1000LL * 1000000000LL;
static int64_t boot_time = 1800000000LL * 1000000000LL;
static uint64_t random_state;

static void *original(const char *name) { return dlsym(RTLD_NEXT, name); }

void simulation_begin(uint64_t seed) {
    random_state = seed;
    is_virtual = 1;
}

int64_t simulation_now(void) { return since_boot; }

void simulation_advance(int64_t now) {
    if (now > since_boot) since_boot = now;
}

void simulation_move_time_of_day(int64_t nanoseconds) { boot_time += nanoseconds; }

static int real_clock(clockid_t clock, struct timespec *now) {
    static int (*call)(clockid_t, struct timespec *);
    if (!call) call = (int (*)(clockid_t, struct timespec *))original("clock_gettime");
    return call(clock, now);
}

int64_t simulation_used_processor_time(void) {
    struct timespec now;
    real_clock(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int simulation_fork(void) { return fork(); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!is_virtual || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
        return real_clock(clock, now);
    const int is_time_of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    const int64_t time = since_boot + (is_time_of_day ? boot_time : 0);
    now->tv_sec = time / 1000000000LL;
    now->tv_nsec = time % 1000000000LL;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

// SplitMix64.
static uint64_t next_random(void) {
    uint64_t mixed = random_state += 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

static void fill(unsigned char *buffer, size_t count) {
    while (count > 0) {
        const uint64_t value = next_random();
        const size_t length = count < sizeof value ? count : sizeof value;
        memcpy(buffer, &value, length);
        buffer += length;
        count -= length;
    }
}

// Swift's SystemRandomNumberGenerator asks for random bytes by `syscall`.
long syscall(long number, ...) {
    static long (*call)(long, ...);
    long words[6];
    va_list list;
    va_start(list, number);
    for (int index = 0; index < 6; index++) words[index] = va_arg(list, long);
    va_end(list);
    if (number == SYS_getrandom && is_virtual) {
        fill((unsigned char *)words[0], (size_t)words[1]);
        return words[1];
    }
    if (!call) call = (long (*)(long, ...))original("syscall");
    return call(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}
