package dev.sluice.operator.envoy;

/// The way from one configuration to the next, in steps that lose no request. Envoy takes what it is sent type by
/// type: a route must not lead to a cluster that is not there yet, or whose picker has not been found healthy, nor
/// still lead to one that is gone. So new clusters come first, then the routes, and last the old clusters go. Pods
/// that come and go are known at once, at every step.
final class Rollout {

    /// The wait before the next step.
    enum Wait {
        NOTHING,
        NEW_CLUSTERS_WARM,
        OLD_CLUSTERS_UNUSED
    }

    private EnvoyConfig sent;
    private EnvoyConfig target;
    private Wait wait = Wait.NOTHING;

    /// An Envoy that has nothing yet gets everything at once.
    Rollout(EnvoyConfig first) {
        this.sent = first;
        this.target = first;
    }

    /// The configuration that Envoys get now.
    EnvoyConfig config() {
        return sent;
    }

    Wait awaited() {
        return wait;
    }

    /// Makes for another configuration; true when what is awaited begins with it.
    boolean to(EnvoyConfig next) {
        boolean drops = next.lacksClustersOf(target);
        target = next;
        if (wait != Wait.NEW_CLUSTERS_WARM && !sent.lacksClustersOf(next)) {
            route();
            return drops;
        }
        boolean begins = wait != Wait.NEW_CLUSTERS_WARM;
        wait = Wait.NEW_CLUSTERS_WARM;
        sent = target.keeping(sent).withRoutesOf(sent);
        return begins;
    }

    /// The wait is over.
    void proceed() {
        switch (wait) {
            case NOTHING -> {}
            case NEW_CLUSTERS_WARM -> route();
            case OLD_CLUSTERS_UNUSED -> {
                sent = target;
                wait = Wait.NOTHING;
            }
        }
    }

    private void route() {
        sent = target.keeping(sent);
        wait = target.lacksClustersOf(sent) ? Wait.OLD_CLUSTERS_UNUSED : Wait.NOTHING;
    }
}
