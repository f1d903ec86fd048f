/* access: the matrix of rights as a page, for docs/access.md and for whoever must file it. */
#include <stdio.h>

#include "app/app.h"
#include "auth/rights.h"

int run_access(ans_cx *cx, const options *o)
{
    const ans_rights *rights;
    ans_str page;
    (void)o;
    ans_err err = ans_rights_read(cx, ANS_STR_NONE, &rights);
    err = err == ANS_OK ? ans_rights_print(cx, rights, &page) : err;
    if (err != ANS_OK) {
        return fail(cx, err);
    }
    return fwrite(page.p, 1, page.n, stdout) == page.n ? EXIT_DONE : EXIT_FINDINGS;
}
