/* Any bytes as a table of codes: text, CSV, a workbook, or (bytes that begin with X) the XML within a workbook, whose archive is made
 * here so that its checksums hold. What can be read becomes a CodeSystem that can be read again. */
#include <stdlib.h>
#include <zlib.h>

#include "app/list.h"
#include "base/os.h"
#include "term/term.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void put_number(ans_buf *b, uint64_t n, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        ans_buf_add_c(b, (char)(n & 0xFF));
        n >>= 8;
    }
}

typedef struct member {
    const char *name;
    ans_str bytes;
} member;

static void put_head(ans_buf *b, const member *m, uint32_t at, bool is_directory)
{
    put_number(b, is_directory ? 0x02014b50 : 0x04034b50, 4);
    put_number(b, 0, is_directory ? 4 : 2);
    put_number(b, 0, 8); /* flags, method, time */
    put_number(b, (uint32_t)crc32(0, (const Bytef *)m->bytes.p, (uInt)m->bytes.n), 4);
    put_number(b, (uint32_t)m->bytes.n, 4);
    put_number(b, (uint32_t)m->bytes.n, 4);
    put_number(b, (uint32_t)strlen(m->name), 2);
    put_number(b, 0, 2);
    if (is_directory) {
        put_number(b, 0, 10);
        put_number(b, at, 4);
    }
    ans_buf_add(b, ans_str_of(m->name));
}

/* Shared strings stand before the first "\n--\n", cells behind it. */
static ans_str workbook(ans_buf *b, ans_str text)
{
    member m[] = {
        {"xl/workbook.xml", ANS_STR("<workbook><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>")},
        {"xl/_rels/workbook.xml.rels", ANS_STR("<Relationships><Relationship Id=\"r1\" Target=\"worksheets/s.xml\"/></Relationships>")},
        {"xl/sharedStrings.xml", ANS_STR_NONE},
        {"xl/worksheets/s.xml", ANS_STR_NONE},
    };
    uint32_t at[4];
    ptrdiff_t cut = ans_str_search(text, ANS_STR("\n--\n"));
    ans_str whole;
    m[2].bytes = ans_str_head(text, cut < 0 ? 0 : (size_t)cut);
    m[3].bytes = ans_str_from(text, cut < 0 ? 0 : (size_t)cut + 4);
    for (int i = 0; i < 4; i++) {
        at[i] = (uint32_t)b->n;
        put_head(b, &m[i], 0, false);
        ans_buf_add(b, m[i].bytes);
    }
    uint32_t directory = (uint32_t)b->n;
    for (int i = 0; i < 4; i++) {
        put_head(b, &m[i], at[i], true);
    }
    uint32_t end = (uint32_t)b->n;
    put_number(b, 0x06054b50, 4);
    put_number(b, 0, 4);
    put_number(b, 4, 2);
    put_number(b, 4, 2);
    put_number(b, end - directory, 4);
    put_number(b, directory, 4);
    put_number(b, 0, 2);
    must(ans_buf_finish(b, &whole) == ANS_OK);
    return whole;
}

static ans_err read_kind(ans_cx *cx, const char *name, const sheet *table, bool leave_out)
{
    list_entries entries;
    list_edition edition = {.id = ANS_STR("i"), .version = ANS_STR("1")};
    const list_kind *kind = list_kind_named(name);
    const ans_term_system *system;
    ans_json doc;
    ans_str body;
    ans_err err = list_read(cx, kind, table, leave_out, &entries);
    if (err != ANS_OK) {
        must(cx->issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
        return err;
    }
    err = list_code_system(cx, kind, &edition, &entries, &body);
    err = err == ANS_OK ? ans_json_parse(cx, body, NULL, &doc) : err;
    must(err == ANS_OK || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    err = err == ANS_OK ? ans_term_system_of_doc(cx, &doc, 0, &system) : err;
    for (uint32_t i = 0; err == ANS_OK && i < entries.count; i++) {
        must(!entries.at[i].code.n || ans_term_place(system, entries.at[i].code) != ANS_TERM_NONE);
    }
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)512 << 20)};
    ans_str bytes = {(const char *)data, size};
    ans_buf b;
    sheet table;
    must(cx.arena && ans_base_start());
    ans_buf_init(&b, (size_t)64 << 20);
    if (ans_str_starts(bytes, ANS_STR("X"))) {
        bytes = workbook(&b, ans_str_from(bytes, 1));
    }
    ans_err err = sheet_read(&cx, bytes, &table);
    must(err == ANS_OK || cx.issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG);
    must(err != ANS_E_BUG);
    if (err == ANS_OK && read_kind(&cx, "icd10", &table, false) == ANS_E_INVALID) {
        (void)read_kind(&cx, "techniques", &table, false); /* its own checks are what is wanted */
    }
    ans_buf_done(&b);
    ans_arena_free(cx.arena);
    return 0;
}
