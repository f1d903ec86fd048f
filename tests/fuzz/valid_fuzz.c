/* Any JSON held against R4 and against a profile with slices, and any JSON as such a profile: issues that are text with a place, or an
 * error that says why; never a crash, and never without end. */
#include <stdlib.h>

#include "base/os.h"
#include "valid/valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const char profile[] =
    "{\"resourceType\":\"StructureDefinition\",\"id\":\"p\",\"url\":\"http://x/p\",\"name\":\"p\",\"status\":\"active\",\"kind\":\"resource\",\"type\":\"Patient\","
    "\"derivation\":\"constraint\",\"snapshot\":{\"element\":[{\"id\":\"Patient\",\"path\":\"Patient\",\"min\":0,\"max\":\"*\"},"
    "{\"id\":\"Patient.name\",\"path\":\"Patient.name\",\"min\":1,\"max\":\"3\",\"type\":[{\"code\":\"HumanName\"}],"
    "\"slicing\":{\"discriminator\":[{\"type\":\"value\",\"path\":\"use\"}],\"rules\":\"closed\",\"ordered\":true}},"
    "{\"id\":\"Patient.name:a\",\"path\":\"Patient.name\",\"sliceName\":\"a\",\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"HumanName\"}]},"
    "{\"id\":\"Patient.name:a.use\",\"path\":\"Patient.name.use\",\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"code\"}],\"fixedCode\":\"official\"},"
    "{\"id\":\"Patient.link\",\"path\":\"Patient.link\",\"min\":0,\"max\":\"*\",\"type\":[{\"code\":\"BackboneElement\"}],"
    "\"slicing\":{\"discriminator\":[{\"type\":\"profile\",\"path\":\"other.resolve()\"},{\"type\":\"exists\",\"path\":\"type\"}],\"rules\":\"open\"}},"
    "{\"id\":\"Patient.link:b\",\"path\":\"Patient.link\",\"sliceName\":\"b\",\"min\":0,\"max\":\"1\",\"type\":[{\"code\":\"BackboneElement\"}]},"
    "{\"id\":\"Patient.link:b.other\",\"path\":\"Patient.link.other\",\"min\":1,\"max\":\"1\",\"type\":[{\"code\":\"Reference\",\"targetProfile\":[\"http://x/p\"]}]}]}}";

static const char person[] =
    "{\"resourceType\":\"Patient\",\"meta\":{\"profile\":[\"http://x/p\",\"http://x/fuzz\"]},\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"a\"}],"
    "\"name\":[{\"use\":\"official\",\"family\":\"A\",\"given\":[\"b\",null],\"_given\":[null,{\"id\":\"x\"}]}],\"link\":[{\"other\":{\"reference\":\"#a\"},\"type\":\"refer\"}],"
    "\"birthDate\":\"1948\",\"multipleBirthInteger\":2,\"identifier\":[{\"period\":{\"start\":\"2020\",\"end\":\"2019-01-01\"}}]}";

static ans_err has_code(void *arg, ans_cx *cx, const ans_defs_view *defs, ans_str value_set, const ans_term_code *code, ans_term_verdict *out)
{
    (void)arg;
    return ans_term_has(cx, defs, value_set, code, out);
}

static void judge(ans_cx *cx, ans_defs *defs, ans_str text)
{
    const ans_str given[] = {ANS_STR("http://x/p"), ANS_STR("http://x/fuzz")};
    const ans_defs_view *view;
    ans_json doc;
    ans_valid_result r;
    if (ans_json_parse(cx, text, NULL, &doc) != ANS_OK || ans_defs_enter(cx, defs, &view) != ANS_OK) {
        return;
    }
    const ans_valid_host host = {.has_code = has_code};
    ans_valid_env env = {.defs = view, .host = &host, .profiles = given, .profile_count = 2, .max_steps = 200000, .implied = true};
    cx->issues = cx->last_ = NULL;
    ans_err err = ans_valid_resource(cx, &env, &doc, 0, &r);
    must(err != ANS_E_BUG && (err == ANS_OK || cx->issues || err == ANS_E_NOMEM || err == ANS_E_TOOBIG));
    must(err != ANS_OK || r.count <= ANS_VALID_MOST_ISSUES);
    for (uint32_t i = 0; err == ANS_OK && i < r.count; i++) {
        must(r.issues[i].text.n && ans_str_utf8(r.issues[i].text) && ans_str_utf8(r.issues[i].expression) && r.issues[i].code);
    }
    ans_defs_leave(view);
}

/* R4's own definitions stay compiled from one input to the next. */
static ans_defs *core_register(ans_cx *cx)
{
    static ans_defs *defs;
    static const ans_defs_text content[] = {{{profile, sizeof profile - 1}}};
    static const ans_defs_options o = {.content = content, .content_count = 1};
    must(defs || ans_defs_open(cx, &o, &defs) == ANS_OK);
    return defs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ans_cx cx = {.arena = ans_arena_new((size_t)64 << 20), .deadline_us = ans_mono_us() + 2000000};
    ans_str text = {(const char *)data, size};
    must(cx.arena && ans_base_start());
    judge(&cx, core_register(&cx), text);
    if (ans_str_search(text, ANS_STR("StructureDefinition")) >= 0 && ans_str_utf8(text)) {
        ans_defs_text content[] = {{text}};
        ans_defs_options o = {.content = content, .content_count = 1};
        ans_defs *defs;
        if (ans_defs_open(&cx, &o, &defs) == ANS_OK) {
            judge(&cx, defs, (ans_str){person, sizeof person - 1});
            ans_defs_stop(defs);
            ans_defs_free(defs);
        }
    }
    ans_arena_free(cx.arena);
    return 0;
}
