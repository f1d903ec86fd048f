/* bench_who [SESSIONS]   what finding out who asks costs a request: digest of the token, look-up, and the copy of what is known
 *
 * SESSIONS (1,000) tokens of one account in memory, asked for in turn, by one thread and by two. Prints processor time a look-up. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/account.h"
#include "base/os.h"

enum { ROUNDS = 2000000, MOST = 100000 };

static ans_accounts *accounts;
static ans_str tokens[MOST];
static uint32_t count;

static double cpu_ns(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *ask(void *arg)
{
    ans_arena *arena = ans_arena_new((size_t)1 << 20);
    uint32_t missed = 0;
    (void)arg;
    for (uint32_t i = 0; arena && i < ROUNDS; i++) {
        ans_who who;
        ans_who_by_bearer(accounts, arena, tokens[i % count], &who);
        missed += who.kind != ANS_WHO_PROGRAM;
        if (i % 16 == 15) {
            ans_arena_reset(arena);
        }
    }
    if (missed) {
        fprintf(stderr, "bench_who: %u look-ups found nobody\n", missed);
        exit(1);
    }
    ans_arena_free(arena);
    return NULL;
}

int main(int argc, char **argv)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)1 << 30)};
    const ans_accounts_options o = {.in_memory = true};
    const ans_account_new n = {.name = ANS_STR("dieuduong.ha"), .display = ANS_STR("Điều dưỡng Hà"), .practitioner = ANS_STR("dieuduong-ha"), .is_program = true};
    ans_account made;
    uint64_t wanted = 1000;
    if (argc > 1 && (!ans_str_u64(ans_str_of(argv[1]), &wanted) || wanted < 1 || wanted > MOST)) {
        return 2;
    }
    if (!ans_base_start() || !cx.arena || ans_accounts_open(&cx, &o, &accounts) != ANS_OK ||
        ans_account_add(&cx, accounts, &n, &made, NULL) != ANS_SIGN_OK) {
        return 1;
    }
    for (count = 0; count < wanted; count++) {
        if (ans_account_token(&cx, accounts, made.id, &tokens[count]) != ANS_SIGN_OK) {
            return 1;
        }
    }
    double began = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
    (void)ask(NULL);
    double one = (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - began) / ROUNDS;
    pthread_t threads[2];
    began = cpu_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, ask, NULL) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < 2; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    double two = (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - began) / ROUNDS / 2;
    printf("%u sessions: %.0f ns a look-up with one thread, %.0f ns with two\n", count, one, two);
    ans_accounts_close(accounts);
    ans_arena_free(cx.arena);
    return 0;
}
