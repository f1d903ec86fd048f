/* docs/access.md out of the table of rights: `ansinh access`. A test holds that the file is what this prints. */
#include "auth/rights.h"

static const char *const letters = "RCUDHSXA"; /* as ans_right_names */

static const struct {
    const char *scope, *vi, *en;
} scopes[] = {
    {"self", "chính mình", "one's own entry"},
    {"assigned", "được giao phụ trách (nhóm chăm sóc)", "on the care team of the person"},
    {"ward", "khu của vai trò, kể cả người nằm đó sau cùng, khi vắng và trong ba ngày từ lúc rời cơ sở; cả cơ sở khi vai trò không nêu khu",
     "the role's wards, with who lay there last, while they are away and for three days after they left the house; the facility when it names none"},
    {"facility", "cơ sở", "the facility, with its departments"},
    {"line", "cây con trong ngành của mình, tính đến hôm nay", "the subtree in one's own line of command, today"},
    {"tree", "mọi tổ chức cùng ngành", "any organisation of the same line"},
    {"public", "cơ quan nhà nước, đơn vị hành chính", "authorities and administrative units"},
    {"glass", "sau khi mở khẩn cấp", "after breaking the glass"},
    {"all", "tất cả", "everything"},
    {"consent", "người có đồng ý, căn cứ hoặc luật cho phép chuyển (chương trình gắn mục đích)",
     "persons whose consent, a ground or the law lets data go there (a program bound to a purpose)"},
    {"own", "của chính người được chăm sóc (tài khoản của họ, hoặc của người đang đại diện cho họ)",
     "of the person in care (their own account, or that of who represents them today)"},
    {"decides", "như own, khi chính chủ tài khoản quyết định việc xét nghiệm HIV (tự mình từ 15 tuổi; cha mẹ, người giám hộ khi dưới 15 tuổi hoặc mất năng lực)",
     "as own, while the account's holder decides about the HIV test (themself from 15; parent or guardian below, or when capacity is lost)"},
    {"home", "cơ sở nơi người đó đang ở", "the house in which that person lives"},
};

static void put_cell(ans_buf *b, const ans_scopes masks[ANS_RIGHT_COUNT])
{
    bool any = false;
    for (uint32_t s = 0; s < ANS_SCOPE_COUNT; s++) {
        bool here = false;
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            if (masks[a] >> s & 1) {
                ans_buf_add(b, !here && any ? ANS_STR(", ") : ANS_STR_NONE);
                ans_buf_add_c(b, letters[a]);
                here = any = true;
            }
        }
        if (here) {
            ans_buf_fmt(b, " %s", ans_scope_names[s]);
        }
    }
    ans_buf_add(b, any ? ANS_STR_NONE : ANS_STR("·"));
}

static void put_legend(ans_buf *b)
{
    ANS_BUF_LIT(b, "# Quyền truy cập / Who may see and do what\n\n"
                   "Made by `ansinh access` from `content/access/rights.json`; do not edit. The table is walked, role by role, type by type, act by act, "
                   "owner by owner and compartment by compartment, by `tests/unit/rest/access_matrix_test.c`.\n\n"
                   "R đọc/read · C tạo/create · U sửa/update · D xóa/delete · H lịch sử/history · S ký/sign · X xuất/export · A số liệu/aggregate "
                   "(figures without persons)\n\n| Phạm vi / Scope | |\n|---|---|\n");
    for (uint32_t i = 0; i < ANS_SCOPE_COUNT; i++) {
        ans_buf_fmt(b, "| %s | %s / %s |\n", scopes[i].scope, scopes[i].vi, scopes[i].en);
    }
}

static void put_groups(ans_buf *b, const ans_rights *r)
{
    ANS_BUF_LIT(b, "\n## Nhóm dữ liệu / Groups of resource types\n\n| Nhóm / Group | | Types |\n|---|---|---|\n");
    for (uint32_t g = 0; g < r->group_count; g++) {
        ans_buf_fmt(b, "| %.*s | %.*s / %.*s |", ANS_FMT(r->groups[g].code), ANS_FMT(r->groups[g].vi), ANS_FMT(r->groups[g].en));
        for (ans_type t = 1; t < ans_fhir_type_count; t++) {
            if (ans_fhir_is_resource(t) && r->group_of[t] == g) {
                ans_buf_fmt(b, " %s", ans_fhir_types[t].name);
            }
        }
        ANS_BUF_LIT(b, " |\n");
    }
}

/* What a person in care is shown: the masks say where, this says what. */
static void put_personal(ans_buf *b, const ans_role_rights *role)
{
    if (!role->personal.n) {
        return;
    }
    ans_buf_fmt(b, "Comes from an account that names a %.*s, never from a PractitionerRole. Of what the table gives it is shown:\n\n| Type | Shown | Written |\n|---|---|---|\n",
                ANS_FMT(role->personal));
    for (uint32_t i = 0; i < role->shows.count && (role->shows.rules[i].letters & ANS_LIMIT_READ); i++) {
        const ans_limit_rule *r = &role->shows.rules[i];
        uint8_t written = 0;
        for (uint32_t k = i + 1; k < role->shows.count; k++) {
            written |= role->shows.rules[k].type == r->type ? role->shows.rules[k].letters : 0;
        }
        ans_buf_fmt(b, "| %s | %s", ans_fhir_types[r->type].name, r->is_self ? "their own entry" : r->term_count ? "" : "all");
        for (uint32_t k = 0; k < r->term_count; k++) {
            ans_buf_fmt(b, "%s%.*s:%s", k ? "; " : "", ANS_FMT(r->terms[k].param), r->terms[k].is_not ? " none of" : "");
            for (uint32_t c = 0; c < r->terms[k].count; c++) {
                ans_str said = r->terms[k].codes[c].code;
                ans_str code = ans_str_is(said, "$account") ? ANS_STR("(of this account)") : ans_str_is(said, "$self") ? ANS_STR("(whoever asks)") : said;
                ans_buf_fmt(b, " %.*s", ANS_FMT(code));
            }
        }
        ans_buf_fmt(b, " | %s%s |\n", written & ANS_LIMIT_CREATE ? "C" : "", written & ANS_LIMIT_UPDATE ? "U" : "");
    }
    ans_buf_fmt(b, "\nand, of what names no persons, everything that everyone reads. Operations: %.*s.\n\n", ANS_FMT(role->calls));
}

static void put_role(ans_buf *b, const ans_rights *r, const ans_role_rights *role)
{
    ans_buf_fmt(b, "\n### %.*s: %.*s / %.*s\n\n", ANS_FMT(role->code), ANS_FMT(role->vi), ANS_FMT(role->en));
    if (role->is_everything) {
        ANS_BUF_LIT(b, "Everything, without scope. Given to accounts of programs only, never by a PractitionerRole.\n");
        return;
    }
    put_personal(b, role);
    ans_buf_add(b, role->is_direct ? ANS_STR("May be given to an account itself; then it counts everywhere.\n\n") : ANS_STR_NONE);
    ANS_BUF_LIT(b, "| Nhóm / Group | Quyền / Rights |\n|---|---|\n");
    for (uint32_t g = 0; g < r->group_count; g++) {
        bool any = false;
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            any = any || role->masks[g][a] || role->purpose[g][a];
        }
        if (!any) {
            continue;
        }
        ans_buf_fmt(b, "| %.*s / %.*s | ", ANS_FMT(r->groups[g].vi), ANS_FMT(r->groups[g].en));
        put_cell(b, role->masks[g]);
        any = false;
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            any = any || role->purpose[g][a];
        }
        if (any) {
            ANS_BUF_LIT(b, "; with a legal purpose recorded: ");
            put_cell(b, role->purpose[g]);
        }
        ANS_BUF_LIT(b, " |\n");
    }
    for (uint32_t i = 0; i < r->operation_count; i++) {
        if (role->operations >> i & 1) {
            ans_buf_fmt(b, "| %.*s / %.*s | ✓ |\n", ANS_FMT(r->operations_vi[i]), ANS_FMT(r->operations_en[i]));
        }
    }
}

static void put_labels(ans_buf *b, const ans_rights *r)
{
    ANS_BUF_LIT(b, "\n## Ngăn bảo mật / Compartments\n\nWhat lies in a compartment is hidden from a role, whatever else it may see, except in these "
                   "scopes.\n\n| |");
    for (uint32_t l = 0; l < ANS_LABEL_COUNT; l++) {
        ans_buf_fmt(b, " %s |", ans_label_codes[l]);
    }
    ANS_BUF_LIT(b, "\n|---|");
    for (uint32_t l = 0; l < ANS_LABEL_COUNT; l++) {
        ANS_BUF_LIT(b, "---|");
    }
    ans_buf_add_c(b, '\n');
    for (uint32_t i = 0; i < r->role_count; i++) {
        const ans_role_rights *role = &r->roles[i];
        ans_buf_fmt(b, "| %.*s |", ANS_FMT(role->vi));
        for (uint32_t l = 0; l < ANS_LABEL_COUNT; l++) {
            bool any = false;
            for (uint32_t s = 0; s < ANS_SCOPE_COUNT; s++) {
                if (role->labels[l] >> s & 1) {
                    ans_buf_fmt(b, "%s%s", any ? ", " : " ", ans_scope_names[s]);
                    any = true;
                }
            }
            for (uint32_t g = 0; any && g < r->group_count; g++) {
                if (role->label_groups[l] >> g & 1) {
                    ans_buf_fmt(b, " (%.*s)", ANS_FMT(r->groups[g].code));
                }
            }
            ans_buf_add(b, any ? ANS_STR(" |") : role->is_everything ? ANS_STR(" all |") : ANS_STR(" · |"));
        }
        ans_buf_add_c(b, '\n');
    }
}

ans_err ans_rights_print(ans_cx *cx, const ans_rights *rights, ans_str *out)
{
    ans_buf b;
    ans_buf_init_arena(&b, cx->arena, (size_t)1 << 20);
    put_legend(&b);
    put_groups(&b, rights);
    put_labels(&b, rights);
    ANS_BUF_LIT(&b, "\n## Người chuyển đi / Who moved to another house\n\nThe house before goes on reading, by the roles it has, what was first written until then, in its "
                    "current version, also when that changes later; no older versions, nothing newer, no compartment of assigned staff, nothing for roles of single "
                    "wards (why: `docs/stay.md`).\n");
    ANS_BUF_LIT(&b, "\n## Vai trò / Roles\n\nEveryone signed in: ");
    for (uint32_t g = 0, n = 0; g < rights->group_count; g++) {
        bool any = false;
        for (uint32_t a = 0; a < ANS_RIGHT_COUNT; a++) {
            any = any || rights->everyone.masks[g][a];
        }
        if (any) {
            ans_buf_fmt(&b, "%s%.*s (", n++ ? ", " : "", ANS_FMT(rights->groups[g].en));
            put_cell(&b, rights->everyone.masks[g]);
            ans_buf_add_c(&b, ')');
        }
    }
    ANS_BUF_LIT(&b, ".\n");
    for (uint32_t i = 0; i < rights->role_count; i++) {
        put_role(&b, rights, &rights->roles[i]);
    }
    return ans_buf_finish(&b, out);
}
