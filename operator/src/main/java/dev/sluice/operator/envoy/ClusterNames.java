package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;

/// The names of Envoy's clusters, as they appear in access logs and statistics.
final class ClusterNames {

    /// No cluster has this name: what is routed to it is answered with 500.
    static final String NOTHING = "nothing";

    private ClusterNames() {}

    static String pool(String name) {
        return "pool/" + name;
    }

    static String service(String name) {
        return "service/" + name;
    }

    static String picker(Plan.Picker picker) {
        return "picker/" + authority(picker);
    }

    /// By which the picker is called, whichever replica answers.
    static String authority(Plan.Picker picker) {
        return picker.replicas().getFirst().toString();
    }
}
