package dev.sluice.lab.workload;

/// The sender of a request, and what is promised.
///
/// @param kind the name of the kind of request; empty where kinds have none
/// @param tenant whose share of the fleet it uses; empty where nobody counts
/// @param priority the value of its priority class; below 0 it may be shed
/// @param slo its objectives
public record Sender(String kind, String tenant, int priority, Slo slo) {
    /// Of a workload that does not tell its requests apart.
    static Sender anybody(Slo slo) {
        return new Sender("", "", 0, slo);
    }
}
