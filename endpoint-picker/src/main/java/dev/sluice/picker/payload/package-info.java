/// Bytes in and out: request scan and model splice, response usage and SSE scan.
///
/// Read first: [RequestScan] (a body becomes a [ScannedRequest] in one pass), [ModelSplice] (the model's name
/// replaced in the body's bytes), [ResponseScan] (what the engine's answer tells, without holding it back).
@NullMarked
package dev.sluice.picker.payload;

import org.jspecify.annotations.NullMarked;
