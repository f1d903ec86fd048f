/* htmlChecks(): is a narrative plain formatting and nothing that acts? A scanner over tags: only
 * known elements and attributes, properly nested, no scripts hidden in links, and something to
 * read. spec: http://hl7.org/fhir/R4/narrative.html#rules,
 * http://hl7.org/fhir/R4/fhirpath.html#functions */
#include "path/path_int.h"

#define MAX_DEPTH 200

typedef struct html {
    ans_str s;
    size_t at;
    ans_str open[MAX_DEPTH];
    unsigned depth;
    bool has_content;
} html;

static bool is_one_of(ans_str s, const char *const *list)
{
    for (; *list; list++) {
        if (ans_str_ieq(s, ans_str_of(*list))) {
            return true;
        }
    }
    return false;
}

static bool is_element(ans_str name)
{
    static const char *const names[] = {
        "p",     "br",   "div",   "h1",      "h2",       "h3",     "h4",         "h5",   "h6",
        "a",     "span", "b",     "em",      "i",        "strong", "small",      "big",  "tt",
        "dfn",   "q",    "var",   "abbr",    "acronym",  "cite",   "blockquote", "hr",   "address",
        "bdo",   "kbd",  "sub",   "sup",     "ul",       "ol",     "li",         "dl",   "dt",
        "dd",    "pre",  "table", "caption", "colgroup", "col",    "thead",      "tr",   "tfoot",
        "tbody", "th",   "td",    "code",    "samp",     "img",    "map",        "area", NULL};
    return is_one_of(name, names);
}

static bool is_attribute(ans_str name)
{
    static const char *const names[] = {
        "xmlns",       "title",       "style",    "class", "id",      "lang",     "xml:lang",
        "dir",         "accesskey",   "tabindex", "span",  "width",   "align",    "valign",
        "char",        "charoff",     "abbr",     "axis",  "headers", "scope",    "rowspan",
        "colspan",     "href",        "name",     "src",   "alt",     "height",   "border",
        "longdesc",    "usemap",      "ismap",    "shape", "coords",  "nohref",   "summary",
        "cellspacing", "cellpadding", "frame",    "rules", "cite",    "start",    "value",
        "type",        "compact",     "nowrap",   "rel",   "rev",     "hreflang", "charset",
        NULL};
    return is_one_of(name, names);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blank(html *h)
{
    while (h->at < h->s.n && is_blank(h->s.p[h->at])) {
        h->at++;
    }
}

static ans_str take_name(html *h)
{
    size_t start = h->at;
    while (h->at < h->s.n) {
        char c = h->s.p[h->at];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != ':' && c != '-' && c != '_') {
            break;
        }
        h->at++;
    }
    return (ans_str){h->s.p + start, h->at - start};
}

/* What a link must not begin with, blanks aside. */
static bool is_active(ans_str value)
{
    static const char *const schemes[] = {"javascript:", "vbscript:", "data:text/html"};
    value = ans_str_trim(value);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        ans_str scheme = ans_str_of(schemes[i]);
        if (ans_str_ieq(ans_str_head(value, scheme.n), scheme)) {
            return true;
        }
    }
    return false;
}

static bool take_attribute(html *h)
{
    ans_str name = take_name(h);
    skip_blank(h);
    if (!is_attribute(name) || h->at >= h->s.n || h->s.p[h->at] != '=') {
        return false;
    }
    h->at++;
    skip_blank(h);
    char quote = h->at < h->s.n ? h->s.p[h->at] : '\0';
    if (quote != '"' && quote != '\'') {
        return false;
    }
    size_t start = ++h->at;
    while (h->at < h->s.n && h->s.p[h->at] != quote && h->s.p[h->at] != '<') {
        h->at++;
    }
    if (h->at >= h->s.n || h->s.p[h->at] != quote) {
        return false;
    }
    ans_str value = {h->s.p + start, h->at - start};
    h->at++;
    return !is_active(value);
}

static bool close_tag(html *h)
{
    ans_str name = take_name(h);
    skip_blank(h);
    if (h->depth == 0 || !ans_str_eq(name, h->open[h->depth - 1]) || h->at >= h->s.n ||
        h->s.p[h->at] != '>') {
        return false;
    }
    h->depth--;
    h->at++;
    return true;
}

static bool open_tag(html *h)
{
    ans_str name = take_name(h);
    if (!is_element(name)) {
        return false;
    }
    h->has_content = h->has_content || ans_str_ieq(name, ANS_STR("img"));
    for (;;) {
        skip_blank(h);
        if (h->at >= h->s.n) {
            return false;
        }
        if (h->s.p[h->at] == '>') {
            h->at++;
            if (h->depth == MAX_DEPTH) {
                return false;
            }
            h->open[h->depth++] = name;
            return true;
        }
        if (h->s.p[h->at] == '/') {
            h->at += 2;
            return h->at <= h->s.n && h->s.p[h->at - 1] == '>';
        }
        if (!take_attribute(h)) {
            return false;
        }
    }
}

static bool take_tag(html *h)
{
    ans_str rest = ans_str_from(h->s, h->at);
    if (ans_str_starts(rest, ANS_STR("<!--"))) {
        ptrdiff_t end = ans_str_search(rest, ANS_STR("-->"));
        h->at += (size_t)end + 3;
        return end >= 0;
    }
    h->at++;
    if (h->at < h->s.n && h->s.p[h->at] == '/') {
        h->at++;
        return close_tag(h);
    }
    return open_tag(h);
}

static bool check_html(ans_str s)
{
    html h = {.s = s};
    if (!ans_str_starts(s, ANS_STR("<div"))) {
        return false;
    }
    while (h.at < s.n) {
        if (s.p[h.at] == '<') {
            bool second =
                h.at > 0 && h.depth == 0 && !ans_str_starts(ans_str_from(s, h.at), ANS_STR("<!--"));
            if (second || !take_tag(&h)) {
                return false;
            }
        } else {
            h.has_content = h.has_content || !is_blank(s.p[h.at]);
            if (h.depth == 0 && !is_blank(s.p[h.at])) {
                return false; /* behind the one div */
            }
            h.at++;
        }
    }
    return h.depth == 0 && h.has_content;
}

static ans_err fn_html_checks(pev *ev, const pstep *call, uint32_t in)
{
    const ans_item *item = &ev->at[in];
    (void)call;
    if (ev->n - in != 1 || item->kind != ANS_ITEM_NODE ||
        strcmp(ans_fhir_types[item->type].name, "xhtml") != 0) {
        ev->n = in;
        return ANS_OK;
    }
    ans_str text = ans_path_text_of(ev, item);
    ans_err err = ans_path_spend(ev, (uint32_t)(text.n / 64));
    return err ? err : ans_path_set_bool(ev, in, text.p && check_html(ans_str_trim(text)));
}

const pfunc ans_path_funcs_html[] = {
    {"htmlChecks", 0, 0, 0, fn_html_checks},
    {"htmlchecks", 0, 0, 0,
     fn_html_checks}, /* the spelling of the constraints in some definitions */
    {NULL, 0, 0, 0, NULL},
};
