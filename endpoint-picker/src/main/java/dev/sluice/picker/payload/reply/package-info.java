/// Bodies that the picker writes itself: errors in the format of the request's API, and the list of models.
///
/// Read first: [ErrorBody], [ErrorFormat], [ModelListBody].
@NullMarked
package dev.sluice.picker.payload.reply;

import org.jspecify.annotations.NullMarked;
