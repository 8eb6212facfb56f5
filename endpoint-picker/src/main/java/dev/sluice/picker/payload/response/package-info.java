/// An answer's body: its usage and its generated pieces, read without holding it back, and the edits on its way.
///
/// Read first: [ResponseScan], [AnswerEdits].
@NullMarked
package dev.sluice.picker.payload.response;

import org.jspecify.annotations.NullMarked;
