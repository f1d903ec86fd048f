/* Text of the record as letters that can be printed: one normal form, no characters that steer, a box (□) for what the faces do not have.
 * Letters stand from left to right whatever script they are of. */
#ifndef ANS_PAPER_TEXT_H
#define ANS_PAPER_TEXT_H

#include "paper/pdf.h"

#define ANS_LETTERS_MOST 20000 /* of one text; the rest is cut and ends with … */

/* "\n" stays, as the letter 10; every other blank is one blank. Bytes that are no UTF-8 are boxes.
 * owns     out in cx->arena */
ANS_MUST_USE ans_err ans_letters_of(ans_cx *cx, const ans_pdf *pdf, ans_str text, ans_letters *out);

/* The next line that fits the width: at blanks, behind hyphens and slashes, within a word only when it is wider than the line by itself.
 * *rest moves on and is empty at the end. False: nothing is left. */
bool ans_letters_line(const ans_pdf *pdf, ans_face face, double size, double width, ans_letters *rest, ans_letters *out_line);

#endif
