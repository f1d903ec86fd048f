/* Accounts of the demo: one for each role, all with the same password and PIN, for trying out what
 * each may see and do. They are made in the folder's own list of accounts, as an administrator
 * would, and the table of them is printed.
 *
 * The passwords stand in this file and are no secret: this is for invented people only. */
#include "app/demo.h"

#include <stdio.h>

#include "auth/account.h"

#define DEMO_PASSWORD "ansinh-demo-2026"
#define DEMO_PIN "1942"

typedef enum place_of_work { AT_POST, AT_WARD, AT_HOUSE, AT_OFFICE, AT_SYSTEM, AT_BED, AT_HOME } place_of_work; /* AT_HOUSE: the nurse in charge; AT_BED, AT_HOME: no work (demo_own_of) */

typedef struct demo_login {
    const char *name, *role, *title;
    place_of_work where;
    uint32_t number;     /* AT_POST: demo_post; AT_WARD: which of the ward's staff */
    uint32_t facility;   /* index */
    const char *officer; /* AT_OFFICE: the Practitioner behind "demo-officer-" */
} demo_login;

/* clang-format off */
static const demo_login logins[] = {
    {"nurse", "nurse", "Điều dưỡng", AT_WARD, 0, 0, NULL},
    {"nurse2", "nurse", "Điều dưỡng", AT_WARD, 1, 0, NULL},
    {"head-nurse", "head-nurse", "Điều dưỡng trưởng", AT_HOUSE, 0, 0, NULL},
    {"carer", "carer", "Nhân viên chăm sóc", AT_WARD, WARD_NURSES, 0, NULL},
    {"carer2", "carer", "Nhân viên chăm sóc", AT_WARD, WARD_NURSES + 1, 0, NULL},
    {"assistant-doctor", "assistant-doctor", "Y sĩ", AT_POST, POST_ASSISTANT, 0, NULL},
    {"doctor", "doctor", "Bác sĩ", AT_POST, POST_DOCTOR, 0, NULL},
    {"pharmacist", "pharmacist", "Dược sĩ", AT_POST, POST_PHARMACIST, 0, NULL},
    {"rehab-technician", "rehab-technician", "Kỹ thuật viên", AT_POST, POST_REHAB, 0, NULL},
    {"social-worker", "social-worker", "Công tác xã hội", AT_POST, POST_SOCIAL, 0, NULL},
    {"records-clerk", "records-clerk", "Nhân viên hồ sơ", AT_POST, POST_RECORDS, 0, NULL},
    {"facility-head", "facility-head", "Giám đốc", AT_POST, POST_HEAD, 0, NULL},
    {"doctor-mental", "doctor", "Bác sĩ", AT_POST, POST_DOCTOR, KIND_MENTAL, NULL},
    {"nurse-drugs", "nurse", "Điều dưỡng", AT_WARD, 0, KIND_DRUGS, NULL},
    {"doctor-drugs", "doctor", "Bác sĩ", AT_POST, POST_DOCTOR, KIND_DRUGS, NULL},
    {"province-officer", "province-officer", "Sở Y tế", AT_OFFICE, 0, 0, "province"},
    {"police-officer", "province-officer", "Công an tỉnh", AT_OFFICE, 0, 0, "police"},
    {"ministry-officer", "ministry-officer", "Bộ Y tế", AT_OFFICE, 0, 0, "ministry"},
    {"person", "person", "Người được chăm sóc", AT_BED, 0, 0, NULL},
    {"guardian", "representative", "Người giám hộ", AT_HOME, 0, 0, NULL},
    {"auditor", "auditor", "Kiểm tra nhật ký", AT_SYSTEM, 0, 0, NULL},
    {"administrator", "administrator", "Quản trị", AT_SYSTEM, 0, 0, NULL},
};
/* clang-format on */

ans_err demo_logins(ans_cx *cx, ans_str *out)
{
    ans_buf b;
    ans_jw w;
    ans_buf_init_arena(&b, cx->arena, 8192);
    ans_jw_init(&w, &b);
    ans_jw_begin(&w, '{');
    ans_jw_kv(&w, ANS_STR("password"), ANS_STR(DEMO_PASSWORD));
    ans_jw_kv(&w, ANS_STR("pin"), ANS_STR(DEMO_PIN));
    ans_jw_key(&w, ANS_STR("people"));
    ans_jw_begin(&w, '[');
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        if (logins[i].facility > 0 || logins[i].where == AT_OFFICE || logins[i].where >= AT_BED) { /* people practise their work */
            continue;
        }
        ans_jw_begin(&w, '{');
        ans_jw_kv(&w, ANS_STR("name"), ans_str_of(logins[i].name));
        ans_jw_kv(&w, ANS_STR("role"), ans_str_of(logins[i].role));
        ans_jw_end(&w, '}');
    }
    ans_jw_end(&w, ']');
    ans_jw_end(&w, '}');
    return ans_buf_finish(&b, out);
}

static ans_account_new account_of(demo *d, const demo_login *l)
{
    ans_arena *a = d->scratch.arena;
    ans_account_new n = {.name = ans_str_of(l->name),
                         .display = ans_str_of(l->title),
                         .password = ANS_STR(DEMO_PASSWORD)};
    const facility *f = &d->facilities[l->facility];
    if (l->where >= AT_BED) {
        n.person = l->where == AT_BED ? ans_arena_fmt(a, "Patient/demo-patient-%u", demo_own_of(f)) : ans_arena_fmt(a, "RelatedPerson/demo-legal-guardian-%u", demo_ward_of(f));
    } else if (l->where == AT_SYSTEM) {
        n.direct_role = ans_str_of(l->role);
    } else if (l->where == AT_OFFICE) {
        n.practitioner = ans_arena_fmt(a, "demo-officer-%s", l->officer);
    } else {
        uint32_t number = l->where == AT_POST    ? demo_post_of(f, (demo_post)l->number)
                          : l->where == AT_HOUSE ? demo_head_nurse(f)
                                                 : demo_ward_staff(f, f->first_ward) + l->number;
        demo_person_name name = demo_staff_name(d, number, l->role);
        n.practitioner = ans_arena_fmt(a, "demo-staff-%u", number);
        n.display = ans_arena_fmt(a, "%s %s %s %s", l->title, name.family, name.middle, name.given);
        n.pin = ANS_STR(DEMO_PIN);
    }
    return n;
}

/* Made once: a name that is taken is one of an earlier demo. */
static ans_err add(demo *d, ans_accounts *accounts, const demo_login *l)
{
    ans_account made;
    ans_account_new n = account_of(d, l);
    ans_sign sign = ans_account_add(d->cx, accounts, &n, &made, NULL);
    if (sign != ANS_SIGN_OK && sign != ANS_SIGN_TAKEN) {
        return ans_issue_add(d->cx, ANS_E_IO, ANS_STR_NONE, "account %s: %s", l->name,
                             ans_sign_text(sign));
    }
    printf("  %-18s %.*s\n", l->name, ANS_FMT(n.display));
    return sign == ANS_SIGN_TAKEN ? ANS_OK
                                  : trail_tell(d->cx, d->audit, ANS_DID_USER_CHANGE, "add", ANS_STR("demo"), ans_str_of(l->name));
}

ans_err demo_accounts(demo *d)
{
    ans_accounts *accounts;
    ans_accounts_options where = {.dir = d->o->data};
    ans_err err = ans_accounts_open(d->cx, &where, &accounts);
    if (err != ANS_OK) {
        return err;
    }
    printf("accounts (password %s, PIN %s on a shared device):\n", DEMO_PASSWORD, DEMO_PIN);
    for (size_t i = 0; err == ANS_OK && i < sizeof logins / sizeof *logins; i++) {
        err = logins[i].facility < d->facility_count ? add(d, accounts, &logins[i]) : ANS_OK;
    }
    ans_accounts_close(accounts);
    return err;
}
