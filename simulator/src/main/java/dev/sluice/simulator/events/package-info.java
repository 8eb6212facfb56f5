/// The events that a server publishes of its KV cache, over ZeroMQ in vLLM's format.
///
/// Read first: [dev.sluice.simulator.events.KvEventPublisher].
@NullMarked
package dev.sluice.simulator.events;

import org.jspecify.annotations.NullMarked;
