package dev.sluice.simulator.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/// The slots tell which adapters are on the GPU, on their way to it, or in host memory.
///
/// A request waits until its adapter is on the GPU; meanwhile the engine goes on with the others. A slot whose
/// adapter no running sequence uses can be taken, least recently used first.
final class LoraSlots {
    private final LoraConfig config;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    /// In host memory, least recently used first.
    private final LinkedHashSet<String> host = new LinkedHashSet<>();

    LoraSlots(LoraConfig config) {
        this.config = config;
    }

    /// The adapter is on the GPU; if not, begins to load it when a slot can be had.
    boolean ready(String adapter, long now) {
        Slot slot = slots.get(adapter);
        if (slot != null) {
            return slot.readyAt <= now;
        }
        if (slots.size() < config.slots() || evict(now)) {
            long load = (host.contains(adapter) ? config.swap() : config.coldLoad()).toNanos();
            keepInHost(adapter);
            slots.put(adapter, new Slot(now + load));
            return load == 0;
        }
        return false;
    }

    /// A sequence with that adapter begins to run.
    void acquire(String adapter, long now) {
        Slot slot = slotOf(adapter);
        slot.running++;
        slot.usedAt = now;
        keepInHost(adapter);
    }

    /// A sequence with that adapter runs no longer.
    void release(String adapter, long now) {
        Slot slot = slotOf(adapter);
        slot.running--;
        slot.usedAt = now;
    }

    /// Brings an adapter into host memory ahead of its first request.
    void preload(String adapter) {
        keepInHost(adapter);
    }

    /// Drops an adapter from host memory, and from the GPU unless it is in use.
    void unload(String adapter) {
        host.remove(adapter);
        Slot slot = slots.get(adapter);
        if (slot != null && slot.running == 0) {
            slots.remove(adapter);
        }
    }

    /// Empties all slots that no running sequence uses; host memory keeps what it has.
    void reset() {
        slots.values().removeIf(slot -> slot.running == 0);
    }

    /// The time when the next load ends, or `Long.MAX_VALUE` when nothing loads.
    long nextReady(long now) {
        long earliest = Long.MAX_VALUE;
        for (Slot slot : slots.values()) {
            if (slot.readyAt > now) {
                earliest = Math.min(earliest, slot.readyAt);
            }
        }
        return earliest;
    }

    private boolean evict(long now) {
        String victim = null;
        long oldest = Long.MAX_VALUE;
        for (Map.Entry<String, Slot> entry : slots.entrySet()) {
            Slot slot = entry.getValue();
            boolean idle = slot.running == 0 && slot.readyAt <= now;
            if (idle && slot.usedAt < oldest) {
                victim = entry.getKey();
                oldest = slot.usedAt;
            }
        }
        return victim != null && slots.remove(victim) != null;
    }

    private void keepInHost(String adapter) {
        host.remove(adapter);
        host.add(adapter);
        if (host.size() > config.cpuSlots()) {
            host.removeFirst();
        }
    }

    private Slot slotOf(String adapter) {
        Slot slot = slots.get(adapter);
        if (slot == null) {
            throw new IllegalArgumentException("adapter '" + adapter + "' has no slot");
        }
        return slot;
    }

    private static final class Slot {
        final long readyAt;
        long usedAt;
        int running;

        Slot(long readyAt) {
            this.readyAt = readyAt;
            // What has just been loaded is what somebody waits for.
            this.usedAt = readyAt;
        }
    }
}
