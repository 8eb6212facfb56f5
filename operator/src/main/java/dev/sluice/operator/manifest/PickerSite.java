package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.backend.NativePool;
import dev.sluice.operator.resolve.backend.NativePool.Access;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The site tells where a picker runs, and for which pools.
///
/// @param onlyPool the pool, where each has a picker of its own
/// @param pools at least one, in the order of their names
record PickerSite(String namespace, String name, Optional<InferencePool> onlyPool, List<InferencePool> pools) {

    PickerSite {
        pools = List.copyOf(pools);
    }

    /// The pickers that these pools need; none for a pool that names somebody else's.
    ///
    /// @param natives those that another gateway brings requests to
    static List<PickerSite> of(List<InferencePool> pools, List<NativePool> natives, Installation installation) {
        SharedPicker shared = installation.picker();
        if (shared == null) {
            return List.of();
        }
        Stream<InferencePool> ours = pools.stream()
                .filter(pool -> pool.getMetadata().getDeletionTimestamp() == null && installation.picksFor(pool));
        Stream<InferencePool> reachable = natives.stream()
                .filter(each -> !(each.access() instanceof Access.Impossible))
                .map(NativePool::pool);
        SortedMap<SiteName, List<InferencePool>> places = new TreeMap<>();
        Stream.concat(ours, reachable)
                .distinct()
                .sorted(Comparator.comparing(pool -> pool.getMetadata().getName()))
                .forEach(pool -> places.computeIfAbsent(
                                new SiteName(shared.namespaceFor(pool), shared.serviceFor(pool)),
                                _ -> new ArrayList<>())
                        .add(pool));
        return places.entrySet().stream()
                .map(place -> new PickerSite(
                        place.getKey().namespace(),
                        place.getKey().name(),
                        shared.isOfOnePool() ? Optional.of(place.getValue().getFirst()) : Optional.empty(),
                        place.getValue()))
                .toList();
    }

    /// The labels that tell its pods from all others of the namespace.
    SortedMap<String, String> selector() {
        SortedMap<String, String> labels = new TreeMap<>(Map.of(Names.NAME, Names.PICKER));
        onlyPool.ifPresent(
                pool -> labels.put(Names.POOL, Names.label(pool.getMetadata().getName())));
        return labels;
    }

    private record SiteName(String namespace, String name) implements Comparable<SiteName> {

        @Override
        public int compareTo(SiteName other) {
            return Comparator.comparing(SiteName::namespace)
                    .thenComparing(SiteName::name)
                    .compare(this, other);
        }
    }
}
