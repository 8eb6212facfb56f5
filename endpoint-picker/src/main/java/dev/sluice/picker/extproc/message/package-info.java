/// Envoy's messages: headers, metadata and attributes read, and the answers written.
///
/// Read first: [RequestHead], [Replies], [Headers].
@NullMarked
package dev.sluice.picker.extproc.message;

import org.jspecify.annotations.NullMarked;
