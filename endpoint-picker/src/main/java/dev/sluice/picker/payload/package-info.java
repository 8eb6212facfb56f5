/// Bytes in and out: request scan and body splice, response usage and SSE scan, the answer's edits.
///
/// Read first: [RequestScan] (a body becomes a [ScannedRequest] in one pass), [BodySplice] (members replaced
/// in the body's bytes), [ResponseScan] (what the engine's answer tells, without holding it back).
@NullMarked
package dev.sluice.picker.payload;

import org.jspecify.annotations.NullMarked;
