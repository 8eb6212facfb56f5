package dev.sluice.simulator.serving;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// The LoRA adapters that a server knows by name, and where each came from.
public final class Adapters {
    private final Map<String, String> paths = new LinkedHashMap<>();
    private final BiConsumer<String, Boolean> listener;

    /// @param listener told each adapter that becomes known (true) or unknown (false)
    public Adapters(BiConsumer<String, Boolean> listener) {
        this.listener = listener;
    }

    public boolean knows(String name) {
        return paths.containsKey(name);
    }

    /// Name to path, in the order in which they were loaded.
    public Map<String, String> paths() {
        return Collections.unmodifiableMap(paths);
    }

    /// @return false when it was known before
    public boolean add(String name, String path) {
        if (paths.putIfAbsent(name, path) != null) {
            return false;
        }
        listener.accept(name, true);
        return true;
    }

    /// @return false when it was not known
    public boolean remove(String name) {
        if (paths.remove(name) == null) {
            return false;
        }
        listener.accept(name, false);
        return true;
    }
}
