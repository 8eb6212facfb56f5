package dev.sluice.picker.extproc;

import dev.sluice.picker.model.Claim;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;

/// Reads what headers say of a request's place among others; the newer name of each counts before the older.
final class Claims {
    private String objective = "";
    private String oldObjective = "";
    private String fairnessId = "";
    private String oldFairnessId = "";
    private String key = "";

    void read(HeaderValue header) {
        switch (header.getKey()) {
            case Headers.OBJECTIVE -> objective = RequestHead.value(header);
            case Headers.OLD_OBJECTIVE -> oldObjective = RequestHead.value(header);
            case Headers.FAIRNESS_ID -> fairnessId = RequestHead.value(header);
            case Headers.OLD_FAIRNESS_ID -> oldFairnessId = RequestHead.value(header);
            case Headers.AUTHORIZATION -> key = RequestHead.value(header);
            default -> {}
        }
    }

    Claim claim() {
        String named = first(fairnessId, oldFairnessId);
        String tenant = named.isEmpty() ? ofKey() : named;
        String wanted = first(objective, oldObjective);
        return tenant.isEmpty() && wanted.isEmpty() ? Claim.NONE : new Claim(wanted, tenant, 0);
    }

    private static String first(String newer, String older) {
        return newer.isEmpty() ? older : newer;
    }

    /// Keys themselves are kept nowhere; two that have one hash only share an account.
    private String ofKey() {
        if (key.isEmpty()) {
            return "";
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        return "key-" + Long.toHexString(hash);
    }
}
