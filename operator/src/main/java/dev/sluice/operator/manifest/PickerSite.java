package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.Installation;
import dev.sluice.operator.resolve.Installation.SharedPicker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a picker runs, and for which pools.
///
/// @param pools at least one, in the order of their names
record PickerSite(String namespace, String name, List<InferencePool> pools) {

    PickerSite {
        pools = List.copyOf(pools);
    }

    /// The pickers that these pools need; none for a pool that names somebody else's.
    static List<PickerSite> of(List<InferencePool> pools, Installation installation) {
        SharedPicker shared = installation.picker();
        if (shared == null) {
            return List.of();
        }
        SortedMap<Place, List<InferencePool>> places = new TreeMap<>();
        pools.stream()
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null && installation.picksFor(pool))
                .sorted(Comparator.comparing(pool -> pool.getMetadata().getName()))
                .forEach(pool -> places.computeIfAbsent(
                                new Place(shared.namespaceFor(pool), shared.serviceFor(pool)), _ -> new ArrayList<>())
                        .add(pool));
        return places.entrySet().stream()
                .map(place -> new PickerSite(
                        place.getKey().namespace(), place.getKey().name(), place.getValue()))
                .toList();
    }

    private record Place(String namespace, String name) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            return Comparator.comparing(Place::namespace)
                    .thenComparing(Place::name)
                    .compare(this, other);
        }
    }
}
