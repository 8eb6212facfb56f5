package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of Envoy's clusters, as they appear in access logs and statistics.
final class ClusterNames {

    /// No cluster has this name: what is routed to it is answered with 500.
    static final String NOTHING = "nothing";

    private static final Pattern SERVICE = Pattern.compile("(?<namespace>[^/]+)/(?<name>[^:]+):(?<port>\\d+)");

    private ClusterNames() {}

    static String pool(String name) {
        return "pool/" + name;
    }

    static String service(String name) {
        return "service/" + name;
    }

    static String picker(Plan.Picker picker) {
        return "picker/" + picker.name();
    }

    /// By which the picker is called, whichever replica answers: the name that its Service has in DNS.
    static String authority(Plan.Picker picker) {
        Matcher service = SERVICE.matcher(picker.name());
        return service.matches()
                ? service.group("name") + "." + service.group("namespace") + ".svc:" + service.group("port")
                : picker.name();
    }
}
