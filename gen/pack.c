/* The input: the definitions of the unpacked package, pinned by a digest. gen_fhir reads the StructureDefinitions and
 * SearchParameters and vouches for the value sets, code systems and maps that gen_defs packs.
 *
 * The digest is the SHA-256 of the list "<sha256 of the file>  <name>\n" in the order of the names,
 * which any shell can check: LC_ALL=C; sha256sum {CodeSystem,CompartmentDefinition,ConceptMap,SearchParameter,StructureDefinition,ValueSet}-*.json
 * | sha256sum */
#include "gen.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/os.h"

#define FILE_BYTES ((size_t)8 * 1024 * 1024)
#define LIST_BYTES ((size_t)1024 * 1024)

static bool is_wanted(ans_str name)
{
    const ans_str tail = ANS_STR(".json");
    static const char *const heads[] = {"CodeSystem-", "CompartmentDefinition-", "ConceptMap-", "SearchParameter-", "StructureDefinition-", "ValueSet-"};
    bool is_definition = false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        is_definition = is_definition || ans_str_starts(name, ans_str_of(heads[i]));
    }
    return is_definition && name.n > tail.n && ans_str_eq(ans_str_from(name, name.n - tail.n), tail);
}

static int by_name(const void *a, const void *b)
{
    return ans_str_cmp(((const gen_file *)a)->name, ((const gen_file *)b)->name);
}

static void list_files(gen *g, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        gen_die("cannot open the definitions in %s: run npm ci --prefix defs --ignore-scripts",
                folder);
    }
    gen_pack *pack = &g->pack;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        ans_str name = ans_str_of(entry->d_name);
        if (is_wanted(name)) {
            pack->files = gen_more(g, pack->files, pack->count, &pack->cap_, sizeof pack->files[0]);
            pack->files[pack->count++] = (gen_file){.name = gen_dup(g, name)};
        }
    }
    closedir(dir);
    if (pack->count == 0) {
        gen_die("no definitions in %s", folder);
    }
    qsort(pack->files, pack->count, sizeof pack->files[0], by_name);
}

static void add_hex(ans_buf *out, ans_str bytes)
{
    uint8_t digest[32];
    ans_sha256(bytes, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        ans_buf_fmt(out, "%02x", digest[i]);
    }
}

static void read_file(gen *g, const char *folder, gen_file *file)
{
    ans_cx scratch = {.arena =
                          ans_arena_new(4 * FILE_BYTES)}; /* growing buffers leave copies behind */
    ans_str path = ans_arena_fmt(g->cx.arena, "%s/%s", folder, file->name.p);
    ans_str text;
    if (!scratch.arena || !path.p || ans_file_read(&scratch, path.p, FILE_BYTES, &text) != ANS_OK) {
        gen_die("cannot read %s/%s", folder, file->name.p);
    }
    file->text = gen_dup(g, text);
    ans_arena_free(scratch.arena);
}

void gen_pack_read(gen *g, const char *folder)
{
    list_files(g, folder);
    ans_buf list, manifest;
    ans_buf_init(&list, LIST_BYTES);
    ans_buf_init_arena(&manifest, g->cx.arena, 4096);
    size_t bytes = 0;
    for (size_t i = 0; i < g->pack.count; i++) {
        gen_file *file = &g->pack.files[i];
        read_file(g, folder, file);
        bytes += file->text.n;
        add_hex(&list, file->text);
        ans_buf_fmt(&list, "  %s\n", file->name.p);
    }
    ans_str text;
    if (ans_buf_finish(&list, &text) != ANS_OK) {
        gen_die("too many files in %s", folder);
    }
    ans_buf_fmt(&manifest, "files %zu\nbytes %zu\nsha256 ", g->pack.count, bytes);
    add_hex(&manifest, text);
    ans_buf_add_c(&manifest, '\n');
    if (ans_buf_finish(&manifest, &g->pack.manifest) != ANS_OK) {
        gen_die("out of memory");
    }
    ans_buf_done(&list);
}

void gen_pack_verify(gen *g, const char *path)
{
    ans_str text, line;
    if (ans_file_read(&g->cx, path, 4096, &text) != ANS_OK) {
        gen_die("cannot read %s", path);
    }
    while (text.n && text.p[0] == '#') {
        ans_str_cut(&text, '\n', &line);
    }
    if (!ans_str_eq(text, g->pack.manifest)) {
        gen_die("the definitions are not those that are pinned\n%s says\n%.*sthe package has\n%.*s",
                path, ANS_FMT(text), ANS_FMT(g->pack.manifest));
    }
}
