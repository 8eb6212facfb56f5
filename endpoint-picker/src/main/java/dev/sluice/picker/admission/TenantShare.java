package dev.sluice.picker.admission;

/// The account that a request's tokens are charged to.
///
/// @param weight the tenant's share of service relative to others, from 1
public record TenantShare(String tenant, int weight) {
    public TenantShare {
        if (weight < 1) {
            throw new IllegalArgumentException("weight must be at least 1: " + weight);
        }
    }
}
