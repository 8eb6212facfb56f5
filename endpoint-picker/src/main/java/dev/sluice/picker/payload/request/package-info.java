/// A request's body: one pass finds the model, the options and the prompt's hash chain; a splice replaces members.
///
/// Read first: [RequestScan] (a body becomes a [ScannedRequest]), [BodySplice] (members replaced in the body's bytes).
@NullMarked
package dev.sluice.picker.payload.request;

import org.jspecify.annotations.NullMarked;
