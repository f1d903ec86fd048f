/* list: the command. What an import changed is remembered among the settings of the data folder ("list-KIND": a line an import, with
 * every resource and the version it had before), so that undo can put back exactly that; the record itself keeps all versions. */
#include "app/list.h"

#include <stdio.h>

#include "app/trail.h"
#include "base/os.h"
#include "base/sort.h"
#include "term/term.h"

enum { SHOWN = 20, MOST_REFS = 24, MOST_LINES = 50 };

/* A resource that an import writes, and what was there. */
typedef struct change {
    const char *type;
    ans_str id, body;   /* body empty: it goes */
    ans_str before;     /* empty: it was not there */
    uint32_t vid_before; /* 0: it was not there */
} change;

typedef struct list {
    ans_cx *cx;
    const options *o;
    const list_kind *kind;
    folder f;
    ans_reader *rd;
    ans_str journal;      /* lines, the newest last */
    ans_str ids[MOST_REFS]; /* of the editions known */
    uint32_t id_count;
    list_edition edition;
    change changes[MOST_REFS];
    uint32_t change_count;
} list;

/* ---- what is there ---- */

static ans_str journal_key(const list *l)
{
    return ans_arena_fmt(l->cx->arena, "list-%s", l->kind->name);
}

static ans_err read_version(list *l, const char *type, ans_str id, uint32_t vid, ans_version *out)
{
    ans_ref ref = {ans_search_type_number(l->f.search, ans_fhir_type_named(ans_str_of(type))), id};
    ans_err err = vid ? ans_store_vread(l->cx, l->rd, ref, vid, out) : ans_store_read(l->cx, l->rd, ref, out);
    if (err == ANS_E_NOTFOUND || err == ANS_E_GONE) {
        *out = (ans_version){.vid = 0};
        return ANS_OK;
    }
    return err;
}

static void note_id(list *l, ans_str id)
{
    for (uint32_t i = 0; i < l->id_count; i++) {
        if (ans_str_eq(l->ids[i], id)) {
            return;
        }
    }
    if (l->id_count < MOST_REFS - 2) {
        l->ids[l->id_count++] = id;
    }
}

/* "TIME CodeSystem/id:version ValueSet/id:version" */
static bool next_ref(ans_str *line, ans_str *type, ans_str *id, uint32_t *vid)
{
    ans_str ref;
    uint64_t n = 0;
    if (!line->n) {
        return false;
    }
    (void)ans_str_cut(line, ' ', &ref); /* the last one has no blank behind it */
    bool good = ans_str_cut(&ref, '/', type) && ans_str_cut(&ref, ':', id) && ans_str_u64(ref, &n) && n <= UINT32_MAX;
    *vid = (uint32_t)n;
    return good;
}

static ans_err read_journal(list *l)
{
    ans_str rest, line, word, type, id;
    uint32_t vid;
    ans_err err = ans_store_meta_get(l->cx, l->f.store, journal_key(l), &l->journal);
    rest = l->journal;
    for (bool more = err == ANS_OK && rest.n > 0; more;) {
        more = ans_str_cut(&rest, '\n', &line);
        (void)ans_str_cut(&line, ' ', &word); /* the time */
        while (next_ref(&line, &type, &id, &vid)) {
            if (ans_str_is(type, "CodeSystem")) {
                note_id(l, id);
            }
        }
    }
    return err;
}

static ans_err open_list(list *l, folder_use use)
{
    ans_err err = folder_open(l->cx, l->o, use, &l->f);
    err = err == ANS_OK ? ans_reader_open(l->cx, l->f.store, &l->rd) : err;
    return err == ANS_OK ? read_journal(l) : err;
}

static void close_list(list *l)
{
    if (l->rd) {
        ans_reader_close(l->rd);
    }
    if (l->f.store) {
        folder_close(&l->f);
    }
}

/* ---- which edition ---- */

static ans_str id_of(list *l, const char *edition)
{
    ans_str id = ans_arena_fmt(l->cx->arena, "%s-%s", l->kind->id, edition);
    char *p = (char *)(uintptr_t)id.p;
    for (size_t i = 0; id.p && i < id.n; i++) {
        char c = p[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
        p[i] = good ? c : '-';
    }
    return id;
}

static ans_err bad_use(list *l, const char *what)
{
    return ans_issue_add(l->cx, ANS_E_VALUE, ANS_STR_NONE, "%s", what);
}

/* The newest edition known when none is named; its period stays unless another is given. */
static ans_err choose_edition(list *l, ans_version *there)
{
    const options *o = l->o;
    ans_str last = l->id_count ? l->ids[l->id_count - 1] : ans_str_of(l->kind->id);
    ans_json doc;
    l->edition.id = o->edition ? id_of(l, o->edition) : last;
    l->edition.version = o->edition ? ans_str_of(o->edition) : ANS_STR("1");
    if (!ans_id_is_valid(l->edition.id)) {
        return bad_use(l, "--edition has at most 40 letters, digits, points and dashes");
    }
    ans_err err = read_version(l, "CodeSystem", l->edition.id, 0, there);
    if (err == ANS_OK && there->vid) {
        err = ans_json_parse(l->cx, there->body, NULL, &doc);
        ans_str version = err == ANS_OK ? ans_json_get_string(l->cx, &doc, 0, ANS_STR("version")) : ANS_STR_NONE;
        l->edition.version = version.n && !o->edition ? version : l->edition.version;
        err = err == ANS_OK ? list_period(l->cx, there->body, &l->edition.from, &l->edition.to) : err;
    }
    if (err == ANS_OK && o->from_date) {
        l->edition.from = ans_str_of(o->from_date);
        if (!list_day_before(l->cx, l->edition.from).p) {
            return bad_use(l, "--from-date takes a day: 2026-07-01");
        }
    }
    bool others = l->id_count > (there->vid ? 1u : 0u);
    return err == ANS_OK && others && !l->edition.from.n ? bad_use(l, "there is another edition: say from which day this one is valid, with --from-date") : err;
}

static ans_err add_change(list *l, const char *type, ans_str id, ans_str body)
{
    ans_version v;
    ans_err err = read_version(l, type, id, 0, &v);
    if (err != ANS_OK || l->change_count == MOST_REFS) {
        return err != ANS_OK ? err : ANS_E_BUG;
    }
    l->changes[l->change_count++] = (change){.type = type, .id = id, .body = body, .before = v.body, .vid_before = v.vid};
    return ANS_OK;
}

/* Each edition ends the day before the next begins: the others' ends, and this one's. */
static ans_err fit_periods(list *l)
{
    ans_err err = ANS_OK;
    for (uint32_t i = 0; err == ANS_OK && l->edition.from.n && i < l->id_count; i++) {
        ans_version v;
        ans_str from, to, body;
        err = ans_str_eq(l->ids[i], l->edition.id) ? ANS_OK : read_version(l, "CodeSystem", l->ids[i], 0, &v);
        if (err != ANS_OK || ans_str_eq(l->ids[i], l->edition.id) || !v.vid) {
            continue;
        }
        err = list_period(l->cx, v.body, &from, &to);
        if (err == ANS_OK && ans_str_cmp(from, l->edition.from) < 0) {
            ans_str end = list_day_before(l->cx, l->edition.from);
            if (to.n && ans_str_cmp(to, end) <= 0) {
                continue;
            }
            err = list_close_period(l->cx, v.body, end, &body);
            err = err == ANS_OK ? add_change(l, "CodeSystem", l->ids[i], body) : err;
        } else if (err == ANS_OK) {
            ans_str end = list_day_before(l->cx, from);
            l->edition.to = end.n && (!l->edition.to.n || ans_str_cmp(end, l->edition.to) < 0) ? end : l->edition.to;
        }
    }
    return err;
}

/* ---- the difference ---- */

typedef struct tally {
    uint32_t added, gone, renamed, same;
} tally;

static ans_err index_of(list *l, ans_str body, const ans_term_system **out)
{
    ans_json *doc = ANS_NEW(l->cx->arena, ans_json);
    *out = NULL;
    if (!body.n) {
        return ANS_OK;
    }
    ans_err err = doc ? ans_json_parse(l->cx, body, NULL, doc) : ans_cx_nomem(l->cx);
    return err == ANS_OK ? ans_term_system_of_doc(l->cx, doc, 0, out) : err;
}

static const ans_term_concept *concept_of(const ans_term_system *s, ans_str code)
{
    uint32_t at = s ? ans_term_place(s, code) : ANS_TERM_NONE;
    return at == ANS_TERM_NONE ? NULL : ans_term_concept_at(s, at);
}

static void print_more(uint32_t count)
{
    if (count > SHOWN) {
        printf("  ... and %u more\n", count - SHOWN);
    }
}

static void print_changes(const ans_term_system *old, const ans_term_system *new, tally *t)
{
    uint32_t count = ans_term_system_count(new);
    for (int pass = 0; pass < 2; pass++) {
        uint32_t shown = 0;
        for (uint32_t i = 0; i < count; i++) {
            const ans_term_concept *c = ans_term_concept_at(new, i), *before = concept_of(old, c->code);
            bool is_renamed = before && !ans_str_eq(before->display, c->display);
            t->same += pass == 0 && before && !is_renamed;
            if (pass == 0 && !before && shown++ < SHOWN) {
                printf("  + %.*s\t%.*s\n", ANS_FMT(c->code), ANS_FMT(c->display));
            }
            if (pass == 1 && is_renamed && shown++ < SHOWN) {
                printf("  ~ %.*s\t%.*s -> %.*s\n", ANS_FMT(c->code), ANS_FMT(before->display), ANS_FMT(c->display));
            }
        }
        print_more(shown);
        *(pass ? &t->renamed : &t->added) = shown;
    }
}

static void print_gone(const ans_term_system *old, const ans_term_system *new, tally *t)
{
    for (uint32_t i = 0; old && i < ans_term_system_count(old); i++) {
        const ans_term_concept *c = ans_term_concept_at(old, i);
        if (!concept_of(new, c->code) && t->gone++ < SHOWN) {
            printf("  - %.*s\t%.*s\n", ANS_FMT(c->code), ANS_FMT(c->display));
        }
    }
    print_more(t->gone);
}

/* before empty: against nothing. */
static ans_err print_difference(list *l, ans_str before, ans_str after)
{
    const ans_term_system *old, *new;
    tally t = {0};
    ans_err err = index_of(l, before, &old);
    err = err == ANS_OK ? index_of(l, after, &new) : err;
    if (err != ANS_OK) {
        return err;
    }
    print_changes(old, new, &t);
    print_gone(old, new, &t);
    printf("%u codes: %u new, %u renamed, %u gone, %u as they were\n", ans_term_system_count(new), t.added, t.renamed, t.gone, t.same);
    return ANS_OK;
}

/* ---- writing ---- */

static ans_err bundle_of(list *l, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, l->cx->arena, (size_t)1 << 30);
    ANS_BUF_LIT(&b, "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
    for (uint32_t i = 0; i < l->change_count; i++) {
        const change *c = &l->changes[i];
        ans_buf_fmt(&b, "%s{\"request\":{\"method\":\"%s\",\"url\":\"%s/%.*s\"}", i ? "," : "", c->body.n ? "PUT" : "DELETE", c->type, ANS_FMT(c->id));
        if (c->body.n) {
            ANS_BUF_LIT(&b, ",\"resource\":");
            ans_buf_add(&b, c->body);
        }
        ans_buf_add_c(&b, '}');
    }
    ANS_BUF_LIT(&b, "]}");
    return ans_buf_finish(&b, out);
}

/* Lines beyond the most are forgotten, the oldest first. */
static ans_str cut_lines(ans_str lines)
{
    uint32_t count = 0;
    for (size_t i = lines.n; i-- > 0;) {
        count += lines.p[i] == '\n';
        if (count == MOST_LINES) {
            return ans_str_from(lines, i + 1);
        }
    }
    return lines;
}

static ans_err journal_with(list *l, ans_str *out)
{
    char now[ANS_INSTANT_BYTES];
    ans_str kept = cut_lines(l->journal);
    ans_buf b;
    ans_instant_print(ans_now_us(), now);
    ans_buf_init_arena(&b, l->cx->arena, (size_t)1 << 20);
    ans_buf_add(&b, kept);
    ans_buf_fmt(&b, "%s%.*s", kept.n ? "\n" : "", ANS_INSTANT_BYTES, now);
    for (uint32_t i = 0; i < l->change_count; i++) {
        ans_buf_fmt(&b, " %s/%.*s:%u", l->changes[i].type, ANS_FMT(l->changes[i].id), l->changes[i].vid_before);
    }
    return ans_buf_finish(&b, out);
}

static ans_err apply(list *l, ans_audit *audit, const char *operation)
{
    ans_rest *rest = NULL;
    ans_str body;
    ans_rest_answer answer;
    ans_str what = ans_arena_fmt(l->cx->arena, "list=%s,resources=%u", l->kind->name, l->change_count);
    ans_err err = bundle_of(l, &body);
    err = err == ANS_OK ? folder_rest(l->cx, l->o, &l->f, &rest) : err;
    err = err == ANS_OK ? ans_rest_apply(rest, l->cx, body, &answer) : err;
    if (rest) {
        ans_rest_free(rest);
    }
    return err == ANS_OK ? trail_tell(l->cx, audit, ANS_DID_IMPORT, operation, what, ANS_STR_NONE) : err;
}

/* The journal is written first: of a change that then does not come, undo finds nothing to put back. */
static ans_err write_all(list *l, ans_str journal, bool journal_first, const char *operation)
{
    ans_audit *audit = NULL;
    ans_err err = trail_open(l->cx, l->o, &l->f, &audit);
    err = err == ANS_OK && journal_first ? ans_store_meta_set(l->cx, l->f.store, journal_key(l), journal) : err;
    err = err == ANS_OK ? apply(l, audit, operation) : err;
    err = err == ANS_OK && !journal_first ? ans_store_meta_set(l->cx, l->f.store, journal_key(l), journal) : err;
    close_list(l);
    ans_audit_free(audit);
    return err;
}

/* ---- import ---- */

/* Chapters have names in a list of their own. */
static ans_err name_chapters(list *l, list_entries *entries)
{
    const ans_term_system *chapters;
    ans_version v;
    const list_kind *kind = list_kind_named("icd10-chapters");
    ans_err err = l->kind->is_icd ? read_version(l, "CodeSystem", ans_str_of(kind->id), 0, &v) : ANS_OK;
    if (err != ANS_OK || !l->kind->is_icd || !v.vid) {
        return err;
    }
    err = index_of(l, v.body, &chapters);
    for (uint32_t i = 0; err == ANS_OK && i < entries->count; i++) {
        list_entry *e = &entries->at[i];
        const ans_term_concept *c = e->is_group && e->line == 0 ? concept_of(chapters, e->code) : NULL;
        e->vi = c ? c->display : e->vi;
    }
    return err;
}

static ans_err prepare(list *l, const char *path, ans_str *out_before)
{
    ans_str bytes, system, set;
    sheet table;
    list_entries entries;
    ans_version there;
    ans_err err = ans_file_read(l->cx, path, SHEET_BYTES, &bytes);
    err = err == ANS_OK ? sheet_read(l->cx, bytes, &table) : err;
    err = err == ANS_OK ? list_read(l->cx, l->kind, &table, l->o->leave_out, &entries) : err;
    err = err == ANS_OK ? open_list(l, l->o->dry_run ? FOLDER_READ : FOLDER_CREATE) : err;
    err = err == ANS_OK ? choose_edition(l, &there) : err;
    err = err == ANS_OK ? fit_periods(l) : err;
    err = err == ANS_OK ? name_chapters(l, &entries) : err;
    err = err == ANS_OK ? list_code_system(l->cx, l->kind, &l->edition, &entries, &system) : err;
    err = err == ANS_OK ? list_value_set(l->cx, l->kind, &set) : err;
    err = err == ANS_OK ? add_change(l, "CodeSystem", l->edition.id, system) : err;
    err = err == ANS_OK ? add_change(l, "ValueSet", ans_str_of(l->kind->id), set) : err;
    if (err != ANS_OK) {
        return err;
    }
    if (entries.restored) {
        printf("%u codes had lost the zeros at their end and got them back from their order\n", entries.restored);
    }
    if (entries.left_out) {
        printf("%u rows were left out\n", entries.left_out);
    }
    *out_before = there.body;
    if (!there.vid && l->id_count) { /* a new edition: against the newest there is */
        err = read_version(l, "CodeSystem", l->ids[l->id_count - 1], 0, &there);
        *out_before = there.body;
    }
    return err;
}

static int run_import_list(list *l, const char *path)
{
    ans_str before, journal;
    ans_err err = prepare(l, path, &before);
    if (err == ANS_OK) {
        const change *c = &l->changes[l->change_count - 2];
        printf("%s edition %.*s: CodeSystem/%.*s\n", l->kind->system, ANS_FMT(l->edition.version), ANS_FMT(c->id));
        err = print_difference(l, before, c->body);
    }
    if (err == ANS_OK && l->o->dry_run) {
        puts("nothing was written (--dry-run)");
        close_list(l);
        return EXIT_DONE;
    }
    err = err == ANS_OK ? journal_with(l, &journal) : err;
    if (err != ANS_OK) {
        close_list(l);
        return fail(l->cx, err);
    }
    err = write_all(l, journal, true, "list-import");
    if (err == ANS_OK) {
        puts("written");
    }
    return err == ANS_OK ? EXIT_DONE : fail(l->cx, err);
}

/* ---- undo ---- */

/* Is the current text the one the import made? Its version was the next; what undid later imports may have written the same again. */
static ans_err is_as_imported(list *l, const char *type, ans_str id, uint32_t vid, const ans_version *now, bool *out)
{
    ans_version next = {0};
    ans_err err = vid ? read_version(l, type, id, vid + 1, &next) : ANS_OK;
    *out = !vid || (next.vid && ans_str_eq(next.body, now->body));
    return err;
}

static ans_err undo_one(list *l, ans_str type, ans_str id, uint32_t vid)
{
    ans_version now, old = {0};
    bool fits = true;
    const char *name = ans_str_is(type, "ValueSet") ? "ValueSet" : "CodeSystem";
    ans_err err = read_version(l, name, id, 0, &now);
    err = err == ANS_OK && vid ? read_version(l, name, id, vid, &old) : err;
    if (err != ANS_OK || (!vid && !now.vid) || (vid && ans_str_eq(now.body, old.body))) {
        return err; /* the import did not change it */
    }
    err = is_as_imported(l, name, id, vid, &now, &fits);
    if (err == ANS_OK && !fits) {
        return ans_issue_add(l->cx, ANS_E_CONFLICT, ANS_STR_NONE, "%s/%.*s was changed since it was imported: undo that first", name, ANS_FMT(id));
    }
    ans_str body = err == ANS_OK && old.vid ? ans_rest_body(l->cx->arena, &old) : ANS_STR("");
    if (err == ANS_OK && !body.p) {
        return ans_cx_nomem(l->cx);
    }
    if (err == ANS_OK && l->change_count < MOST_REFS) {
        l->changes[l->change_count++] = (change){.type = name, .id = id, .body = body, .before = now.body};
    }
    return err;
}

/* The newest line that changed something; those behind it did not. */
static ans_err prepare_undo(list *l, ans_str *out_journal)
{
    ans_str type, id, word;
    uint32_t vid;
    ans_err err = open_list(l, l->o->dry_run ? FOLDER_READ : FOLDER_WRITE);
    *out_journal = l->journal;
    while (err == ANS_OK && !l->change_count && out_journal->n) {
        ptrdiff_t at = ans_str_rfind(*out_journal, '\n');
        ans_str line = at < 0 ? *out_journal : ans_str_from(*out_journal, (size_t)at + 1);
        *out_journal = at < 0 ? ANS_STR("") : ans_str_head(*out_journal, (size_t)at);
        (void)ans_str_cut(&line, ' ', &word); /* the time */
        while (err == ANS_OK && next_ref(&line, &type, &id, &vid)) {
            err = undo_one(l, type, id, vid);
        }
    }
    if (err == ANS_OK && !l->change_count) {
        return ans_issue_add(l->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "no import of %s is remembered that changed something", l->kind->name);
    }
    if (err == ANS_OK) {
        printf("undoing the import of %.*s\n", ANS_FMT(word));
    }
    return err;
}

static int run_undo(list *l)
{
    ans_str journal;
    ans_err err = prepare_undo(l, &journal);
    for (uint32_t i = 0; err == ANS_OK && i < l->change_count; i++) {
        const change *c = &l->changes[i];
        printf("%s/%.*s: %s\n", c->type, ANS_FMT(c->id), c->body.n ? "as it was before" : "taken away");
        err = c->body.n && strcmp(c->type, "CodeSystem") == 0 ? print_difference(l, c->before, c->body) : ANS_OK;
    }
    if (err == ANS_OK && l->o->dry_run) {
        puts("nothing was written (--dry-run)");
        close_list(l);
        return EXIT_DONE;
    }
    if (err != ANS_OK) {
        close_list(l);
        return fail(l->cx, err);
    }
    err = write_all(l, journal, false, "list-undo");
    if (err == ANS_OK) {
        puts("written");
    }
    return err == ANS_OK ? EXIT_DONE : fail(l->cx, err);
}

int run_lists(ans_cx *cx, const options *o)
{
    bool is_import = strcmp(o->args[0], "import") == 0;
    list l = {.cx = cx, .o = o, .kind = list_kind_named(o->args[1])};
    if ((!is_import && strcmp(o->args[0], "undo") != 0) || o->arg_count != (is_import ? 3 : 2)) {
        say("list knows: import KIND FILE, and undo KIND");
        return EXIT_USAGE;
    }
    if (!l.kind) {
        say("there is no list '%s'; there are:", o->args[1]);
        list_kinds_say();
        return EXIT_USAGE;
    }
    return is_import ? run_import_list(&l, o->args[2]) : run_undo(&l);
}
