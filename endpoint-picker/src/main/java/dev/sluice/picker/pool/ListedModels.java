package dev.sluice.picker.pool;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The models that only some endpoints of a snapshot have in their lists, and the positions of those that do.
///
/// Engines' lists change rarely and are read at every decision: what differs between them is found once after a
/// change. An endpoint without a list may serve anything. Thread-safe.
final class ListedModels {
    private final Endpoint[] endpoints;
    private final AtomicLong changes = new AtomicLong();
    private volatile Differences found = new Differences(-1, Map.of());

    /// @param change the number of changes before the lists were read
    /// @param serving by the model's name; not to be changed
    private record Differences(long change, Map<String, BitSet> serving) {}

    ListedModels(Endpoint[] endpoints) {
        this.endpoints = endpoints;
    }

    /// An endpoint's list has changed.
    void changed() {
        changes.incrementAndGet();
    }

    /// The positions of the endpoints that serve a model; null where all do as far as lists tell, or no list
    /// has it.
    @Nullable
    BitSet serving(String model) {
        Differences now = found;
        long change = changes.get();
        if (now.change() != change) {
            now = new Differences(change, differences());
            found = now;
        }
        return now.serving().get(model);
    }

    private Map<String, BitSet> differences() {
        Set<String> names = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            Set<String> listed = endpoint.listedModels();
            if (listed != null) {
                names.addAll(listed);
            }
        }
        Map<String, BitSet> differences = new HashMap<>();
        for (String name : names) {
            BitSet serving = new BitSet(endpoints.length);
            for (int position = 0; position < endpoints.length; position++) {
                Set<String> listed = endpoints[position].listedModels();
                serving.set(position, listed == null || listed.contains(name));
            }
            if (serving.cardinality() < endpoints.length) {
                differences.put(name, serving);
            }
        }
        return differences;
    }
}
