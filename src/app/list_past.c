/* What imports did, and what undoes the last one. Remembered among the settings of the data folder ("list-KIND"), a line an import:
 *
 *     TIME CodeSystem/id:version ValueSet/id:version<tab>WHO<tab>EDITION<tab>CODES
 *
 * every resource with the version it had before (0: none), so that undo can put back exactly that; the record itself keeps all versions. An
 * import's line is written before its transaction: the last line may tell of one that never came, which changed nothing, and is then no
 * import. */
#include "app/list.h"
#include "base/os.h"

enum { MOST_LINES = 50 };

static ans_str key_of(ans_cx *cx, const char *kind)
{
    return ans_arena_fmt(cx->arena, "list-%s", kind);
}

/* ---- lines ---- */

typedef struct past_line {
    ans_str when, refs, by, edition;
    uint32_t codes;
} past_line;

static past_line read_line(ans_str line)
{
    past_line p = {0};
    ans_str head, codes;
    uint64_t n = 0;
    (void)ans_str_cut(&line, '\t', &head); /* older lines have no tab */
    (void)ans_str_cut(&line, '\t', &p.by);
    (void)ans_str_cut(&line, '\t', &p.edition);
    (void)ans_str_cut(&line, '\t', &codes);
    p.codes = ans_str_u64(codes, &n) && n <= UINT32_MAX ? (uint32_t)n : 0;
    (void)ans_str_cut(&head, ' ', &p.when); /* a time alone changed nothing */
    p.refs = head;
    return p;
}

/* The newest line off the end; false: there is none. */
static bool pop_line(ans_str *lines, past_line *out)
{
    if (!lines->n) {
        return false;
    }
    ptrdiff_t at = ans_str_rfind(*lines, '\n');
    *out = read_line(at < 0 ? *lines : ans_str_from(*lines, (size_t)at + 1));
    *lines = at < 0 ? ANS_STR("") : ans_str_head(*lines, (size_t)at);
    return true;
}

/* "CodeSystem/id:version ValueSet/id:version" */
static bool next_ref(ans_str *refs, const char **type, ans_str *id, uint32_t *vid)
{
    ans_str ref, name;
    uint64_t n = 0;
    if (!refs->n) {
        return false;
    }
    (void)ans_str_cut(refs, ' ', &ref); /* the last one has no blank behind it */
    bool good = ans_str_cut(&ref, '/', &name) && ans_str_cut(&ref, ':', id) && ans_str_u64(ref, &n) && n <= UINT32_MAX;
    *type = ans_str_is(name, "ValueSet") ? "ValueSet" : "CodeSystem";
    *vid = (uint32_t)n;
    return good;
}

static void note_id(list_work *l, ans_str id)
{
    for (uint32_t i = 0; i < l->id_count; i++) {
        if (ans_str_eq(l->ids[i], id)) {
            return;
        }
    }
    if (l->id_count < ANS_LIST_STEPS - 2) {
        l->ids[l->id_count++] = id;
    }
}

static ans_err read_past(list_work *l)
{
    ans_str rest, line, id;
    const char *type;
    uint32_t vid;
    ans_err err = ans_store_meta_get(l->cx, l->store, key_of(l->cx, l->kind->name), &l->journal);
    rest = l->journal;
    for (bool more = err == ANS_OK && rest.n > 0; more;) {
        more = ans_str_cut(&rest, '\n', &line);
        ans_str refs = read_line(line).refs;
        while (next_ref(&refs, &type, &id, &vid)) {
            if (strcmp(type, "CodeSystem") == 0) {
                note_id(l, id);
            }
        }
    }
    return err;
}

ans_err list_open(list_work *l)
{
    ans_err err = ans_reader_open(l->cx, l->store, &l->rd);
    if (err != ANS_OK) {
        l->rd = NULL;
        return err;
    }
    return read_past(l);
}

void list_close(list_work *l)
{
    if (l->rd) {
        ans_reader_close(l->rd);
    }
}

/* ---- undo ---- */

/* Is the current text the one the import made? Its version was the next; what undid later imports may have written the same again. */
static ans_err is_as_imported(list_work *l, const char *type, ans_str id, uint32_t vid, const ans_version *now, bool *out)
{
    ans_version next = {0};
    ans_err err = vid ? list_version(l, type, id, vid + 1, &next) : ANS_OK;
    *out = !vid || (next.vid && ans_str_eq(next.body, now->body));
    return err;
}

static ans_err undo_one(list_work *l, const char *type, ans_str id, uint32_t vid)
{
    ans_version now, old = {0};
    bool fits = true;
    ans_err err = list_version(l, type, id, 0, &now);
    err = err == ANS_OK && vid ? list_version(l, type, id, vid, &old) : err;
    if (err != ANS_OK || (!vid && !now.vid) || (vid && ans_str_eq(now.body, old.body))) {
        return err; /* the import did not change it */
    }
    err = is_as_imported(l, type, id, vid, &now, &fits);
    if (err == ANS_OK && !fits) {
        l->plan->why = "changed";
        return ans_issue_add(l->cx, ANS_E_CONFLICT, ANS_STR_NONE, "%s/%.*s was changed since it was imported: undo that first", type, ANS_FMT(id));
    }
    ans_str body = err == ANS_OK && old.vid ? ans_search_body(l->cx->arena, &old) : ANS_STR("");
    if (err == ANS_OK && !body.p) {
        return ans_cx_nomem(l->cx);
    }
    return err == ANS_OK ? list_add_step(l, type, id, body) : err;
}

static ans_err undo_line(list_work *l, past_line line)
{
    ans_str id;
    const char *type;
    uint32_t vid;
    ans_err err = ANS_OK;
    while (err == ANS_OK && next_ref(&line.refs, &type, &id, &vid)) {
        err = undo_one(l, type, id, vid);
    }
    return err;
}

/* The newest line that changed something; those behind it did not. */
static ans_err fill_undo(list_work *l)
{
    past_line line = {0};
    ans_list_plan *p = l->plan;
    ans_err err = ANS_OK;
    p->remember = l->journal;
    while (err == ANS_OK && !p->step_count && pop_line(&p->remember, &line)) {
        err = undo_line(l, line);
    }
    if (err == ANS_OK && !p->step_count) {
        p->why = "nothing";
        return ans_issue_add(l->cx, ANS_E_NOTFOUND, ANS_STR_NONE, "no import of %s is remembered that changed something", l->kind->name);
    }
    p->undoes = line.when;
    p->edition = line.edition;
    for (uint32_t i = 0; err == ANS_OK && i < p->step_count; i++) {
        ans_list_step *s = &p->steps[i];
        s->has_difference = s->body.n && strcmp(s->type, "CodeSystem") == 0;
        p->main_step = s->has_difference ? i : p->main_step;
        err = s->has_difference ? list_compare(l->cx, s->was, s->body, &s->difference) : ANS_OK;
    }
    return err == ANS_OK ? list_bundle(l) : err;
}

ans_err list_make_undo(ans_cx *cx, ans_store *store, const ans_search *search, const list_kind *kind, ans_list_plan *plan)
{
    list_work l = {.cx = cx, .store = store, .search = search, .kind = kind, .plan = plan};
    plan->kind = kind->name;
    plan->system = kind->system;
    ans_err err = list_open(&l);
    err = err == ANS_OK ? fill_undo(&l) : err;
    list_close(&l);
    return err;
}

/* ---- remembering ---- */

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

/* Without the last lines that changed nothing: imports that never came, or of what was there already. */
static ans_err drop_idle(list_work *l, ans_str *lines)
{
    ans_list_plan nothing = {0}, *kept = l->plan;
    past_line line;
    ans_str shorter = *lines;
    ans_err err = ANS_OK;
    l->plan = &nothing;
    for (bool idle = true; err == ANS_OK && idle && pop_line(&shorter, &line);) {
        err = undo_line(l, line);
        idle = err == ANS_OK && nothing.step_count == 0;
        *lines = idle ? shorter : *lines;
        if (err == ANS_E_CONFLICT) { /* it did something, and so did somebody else since */
            l->cx->issues = l->cx->last_ = NULL;
            err = ANS_OK;
        }
    }
    l->plan = kept;
    return err;
}

static ans_str one_line(ans_cx *cx, ans_str s)
{
    ans_str copy = ans_arena_dup(cx->arena, s);
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; p && i < copy.n; i++) {
        p[i] = (unsigned char)p[i] < ' ' ? ' ' : p[i];
    }
    return copy;
}

ans_err list_remember_this(list_work *l, ans_str by)
{
    char now[ANS_INSTANT_BYTES];
    ans_list_plan *p = l->plan;
    ans_buf b;
    ans_str kept = l->journal;
    ans_err err = drop_idle(l, &kept);
    kept = cut_lines(kept);
    ans_instant_print(ans_now_us(), now);
    ans_buf_init_arena(&b, l->cx->arena, (size_t)1 << 20);
    ans_buf_add(&b, kept);
    ans_buf_fmt(&b, "%s%.*s", kept.n ? "\n" : "", ANS_INSTANT_BYTES, now);
    for (uint32_t i = 0; i < p->step_count; i++) {
        ans_buf_fmt(&b, " %s/%.*s:%u", p->steps[i].type, ANS_FMT(p->steps[i].id), p->steps[i].vid);
    }
    ans_str who = one_line(l->cx, by), edition = one_line(l->cx, p->edition);
    ans_buf_fmt(&b, "\t%.*s\t%.*s\t%u", ANS_FMT(who), ANS_FMT(edition), p->steps[p->main_step].difference.codes);
    return err == ANS_OK ? ans_buf_finish(&b, &p->remember) : err;
}

ans_err list_remember(ans_cx *cx, ans_store *store, const ans_list_plan *plan)
{
    return ans_store_meta_set(cx, store, key_of(cx, plan->kind), plan->remember);
}

/* ---- what is loaded ---- */

static ans_err look_at_edition(list_work *l, ans_str id, ans_list_state *out)
{
    ans_version v;
    ans_json doc;
    uint64_t n = 0;
    ans_list_edition *e = &out->editions[out->edition_count];
    ans_err err = list_version(l, "CodeSystem", id, 0, &v);
    err = err == ANS_OK && v.vid ? ans_json_parse(l->cx, v.body, NULL, &doc) : err;
    if (err != ANS_OK || !v.vid) {
        return err;
    }
    ans_jnode count = ans_json_get(&doc, 0, ANS_STR("count"));
    *e = (ans_list_edition){.id = id, .version = ans_json_get_string(l->cx, &doc, 0, ANS_STR("version")), .when_us = v.when_us};
    e->codes = count != ANS_JNONE && ans_str_u64(ans_json_raw(&doc, count), &n) && n <= UINT32_MAX ? (uint32_t)n : 0;
    out->edition_count++;
    return list_period(l->cx, v.body, &e->from, &e->to);
}

static ans_err look_at_kind(list_work *l, ans_list_state *out)
{
    past_line line;
    ans_str lines = ANS_STR_NONE;
    ans_err err = list_open(l);
    *out = (ans_list_state){.kind = l->kind->name, .title = l->kind->title, .title_en = l->kind->title_en, .source = l->kind->source,
                            .editions = ANS_NEW_N(l->cx->arena, ans_list_edition, ANS_LIST_STEPS),
                            .imports = ANS_NEW_N(l->cx->arena, ans_list_import, MOST_LINES + 1)};
    err = err == ANS_OK && (!out->editions || !out->imports) ? ans_cx_nomem(l->cx) : err;
    if (err == ANS_OK) {
        lines = l->journal;
        note_id(l, ans_str_of(l->kind->id)); /* it may have come another way */
        err = drop_idle(l, &lines);
    }
    for (uint32_t i = 0; err == ANS_OK && i < l->id_count; i++) {
        err = look_at_edition(l, l->ids[i], out);
    }
    while (err == ANS_OK && out->import_count <= MOST_LINES && pop_line(&lines, &line)) {
        out->imports[out->import_count++] = (ans_list_import){line.when, line.by, line.edition, line.codes};
    }
    list_close(l);
    return err;
}

ans_err list_look(ans_cx *cx, ans_store *store, const ans_search *search, ans_list_state **out, uint32_t *out_count)
{
    uint32_t count = 0;
    ans_err err = ANS_OK;
    while (list_kind_at(count)) {
        count++;
    }
    ans_list_state *all = ANS_NEW_N(cx->arena, ans_list_state, count);
    if (!all) {
        return ans_cx_nomem(cx);
    }
    for (uint32_t i = 0; err == ANS_OK && i < count; i++) {
        list_work l = {.cx = cx, .store = store, .search = search, .kind = list_kind_at(i)};
        err = look_at_kind(&l, &all[i]);
    }
    if (err == ANS_OK) {
        *out = all;
        *out_count = count;
    }
    return err;
}
