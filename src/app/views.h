/* Kept views of a data folder: which, and where their tables are. */
#ifndef ANS_APP_VIEWS_H
#define ANS_APP_VIEWS_H

#include "app/app.h"
#include "view/keep.h"

/* DATA/views.db; p NULL: no memory. */
ans_str views_path(ans_cx *cx, const options *o);
/* Those of content/views and of DATA/views, whose files people and `ansinh view keep` put there; one of the folder stands for one of
 * content with the same file name. follow as in ans_kept_options. */
ANS_MUST_USE ans_err views_open(ans_cx *cx, const options *o, const folder *f, bool follow, ans_kept **out);

#endif
