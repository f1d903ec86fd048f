/* gen_text OUT.c NAME FILE [NAME FILE ...]   texts as constants: const char NAME[]; const size_t NAME_bytes */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    FILE *out = argc > 3 ? fopen(argv[1], "w") : NULL;
    if (!out) {
        fprintf(stderr, "gen_text: usage: gen_text OUT.c NAME FILE ...\n");
        return 1;
    }
    fprintf(out, "#include <stddef.h>\n");
    for (int i = 2; i + 1 < argc; i += 2) {
        FILE *in = fopen(argv[i + 1], "rb");
        if (!in) {
            fprintf(stderr, "gen_text: cannot open %s\n", argv[i + 1]);
            return 1;
        }
        fprintf(out, "extern const char %s[];\nextern const size_t %s_bytes;\nconst char %s[] = {", argv[i], argv[i], argv[i]);
        size_t n = 0;
        for (int c; (c = getc(in)) != EOF; n++) {
            fprintf(out, "%s%d,", n % 24 ? "" : "\n", (int)(signed char)c);
        }
        fprintf(out, "\n0};\nconst size_t %s_bytes = %zu;\n", argv[i], n);
        (void)fclose(in);
    }
    return fclose(out) == 0 ? 0 : 1;
}
