/// Follows the KV events of engines over ZeroMQ and writes what their caches hold into the exact prefix index.
///
/// Read first: [KvEventFollower], [KvSequence], [KvCacheMirror].
@NullMarked
package dev.sluice.picker.signals.kvevents;

import org.jspecify.annotations.NullMarked;
