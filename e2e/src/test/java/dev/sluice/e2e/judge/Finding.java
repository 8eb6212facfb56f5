package dev.sluice.e2e.judge;

/// A judge's objection to an object.
///
/// @param rule the judge's own name for it, such as `CKV_K8S_11`
/// @param object its kind and name, such as `Deployment/sluice-operator`
record Finding(String judge, String rule, String object, String message) {
    @Override
    public String toString() {
        return "%s %s %s: %s".formatted(judge, rule, object, message);
    }
}
