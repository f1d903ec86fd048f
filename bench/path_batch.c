/* bench_path_batch CASES INPUTS: the FHIRPath batch runner alone, for measuring it. */
#include "path/batch.h"

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: bench_path_batch CASES INPUTS\n");
        return 2;
    }
    ans_arena *arena = ans_arena_new((size_t)1 << 30);
    ans_cx cx = {.arena = arena};
    ans_err err = arena ? ans_path_batch(&cx, argv[1], argv[2], stdout) : ANS_E_NOMEM;
    if (err) {
        (void)fprintf(stderr, "%s\n",
                      cx.last_ && cx.last_->text.p ? cx.last_->text.p : ans_err_text(err));
    }
    ans_arena_free(arena);
    return err ? 1 : 0;
}
