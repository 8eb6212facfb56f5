package dev.sluice.picker.decision;

import dev.sluice.picker.identity.EndpointId;
import java.util.Arrays;
import java.util.StringJoiner;

/// An endpoint that was considered for a request, and what placing the request there would have cost.
///
/// [PolicyKind#parts()] names the parts, in their order; they add up to the total.
public final class Candidate {
    private final EndpointId endpoint;
    private final float[] parts;

    /// Takes ownership of `parts`.
    public Candidate(EndpointId endpoint, float... parts) {
        this.endpoint = endpoint;
        this.parts = parts;
    }

    public EndpointId endpoint() {
        return endpoint;
    }

    public float total() {
        float total = 0;
        for (float part : parts) {
            total += part;
        }
        return total;
    }

    public int partCount() {
        return parts.length;
    }

    public float part(int index) {
        return parts[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Candidate that && endpoint.equals(that.endpoint) && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
        return endpoint.hashCode() * 31 + Arrays.hashCode(parts);
    }

    @Override
    public String toString() {
        StringJoiner joined = new StringJoiner(" + ", endpoint + " " + total() + " = ", "");
        for (float part : parts) {
            joined.add(Float.toString(part));
        }
        return joined.toString();
    }
}
