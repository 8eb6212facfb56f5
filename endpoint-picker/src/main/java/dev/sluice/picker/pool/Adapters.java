package dev.sluice.picker.pool;

import java.util.Set;

/// The LoRA adapters of one engine.
///
/// @param running those loaded and in use by the running batch
/// @param waiting those that queued requests wait for
/// @param slots how many fit at once, 0 when the engine did not say
public record Adapters(Set<String> running, Set<String> waiting, int slots) {
    public static final Adapters NONE = new Adapters(Set.of(), Set.of(), 0);

    public Adapters {
        running = Set.copyOf(running);
        waiting = Set.copyOf(waiting);
    }
}
