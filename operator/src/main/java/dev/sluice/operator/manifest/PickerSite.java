package dev.sluice.operator.manifest;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
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
    static List<PickerSite> of(List<InferencePool> pools, PickerScope scope, String installation) {
        SortedMap<String, List<InferencePool>> sites = new TreeMap<>();
        for (InferencePool pool : pools) {
            String name = name(pool, scope);
            EndpointPickerRef ref = pool.getSpec().endpointPickerRef();
            if (pool.getMetadata().getDeletionTimestamp() == null
                    && (ref == null || (isService(ref) && ref.name().equals(name)))) {
                String namespace = scope == PickerScope.INSTALLATION
                        ? installation
                        : pool.getMetadata().getNamespace();
                sites.computeIfAbsent(namespace + "/" + name, _ -> new ArrayList<>())
                        .add(pool);
            }
        }
        return sites.entrySet().stream()
                .map(site -> new PickerSite(
                        site.getKey().substring(0, site.getKey().indexOf('/')),
                        site.getKey().substring(site.getKey().indexOf('/') + 1),
                        site.getValue().stream()
                                .sorted(Comparator.comparing(
                                        pool -> pool.getMetadata().getName()))
                                .toList()))
                .toList();
    }

    private static String name(InferencePool pool, PickerScope scope) {
        return scope == PickerScope.POOL ? Names.pickerOf(pool.getMetadata().getName()) : Names.PICKER;
    }

    private static boolean isService(EndpointPickerRef ref) {
        return ref.group().isEmpty() && ref.kind().equals("Service");
    }
}
