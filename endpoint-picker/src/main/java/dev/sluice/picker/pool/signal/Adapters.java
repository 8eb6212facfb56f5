package dev.sluice.picker.pool.signal;

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
        if (slots < 0) {
            throw new IllegalArgumentException("there cannot be " + slots + " slots");
        }
    }

    /// The slots that the adapters take: an adapter that runs and that other requests wait for takes one
    /// slot.
    public int slotsTaken() {
        int taken = running.size();
        for (String name : waiting) {
            taken += running.contains(name) ? 0 : 1;
        }
        return taken;
    }
}
