package dev.sluice.picker.decision;

import dev.sluice.picker.identity.EndpointId;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/// The candidates of one decision, packed, because every request makes such a list and few lists are read.
public final class Candidates extends AbstractList<Candidate> implements RandomAccess {
    private final EndpointId[] endpoints;
    /// The price parts of the first candidate, then of the second, and so on.
    private final float[] parts;

    /// Takes ownership of both arrays; `parts` has equally many for each endpoint.
    public Candidates(EndpointId[] endpoints, float[] parts) {
        if (endpoints.length == 0) {
            throw new IllegalArgumentException("candidates must not be empty: a decision has at least one endpoint");
        }
        if (parts.length % endpoints.length != 0) {
            throw new IllegalArgumentException(endpoints.length + " endpoints cannot have " + parts.length + " parts");
        }
        this.endpoints = endpoints;
        this.parts = parts;
    }

    /// Packs candidates whose prices all have the same parts.
    public static Candidates of(List<Candidate> candidates) {
        if (candidates instanceof Candidates packed) {
            return packed;
        }
        int each = candidates.isEmpty() ? 0 : candidates.getFirst().partCount();
        float[] parts = new float[candidates.size() * each];
        for (int at = 0; at < parts.length; at++) {
            parts[at] = candidates.get(at / each).part(at % each);
        }
        return new Candidates(candidates.stream().map(Candidate::endpoint).toArray(EndpointId[]::new), parts);
    }

    @Override
    public Candidate get(int index) {
        int each = partCount();
        return new Candidate(endpoints[index], Arrays.copyOfRange(parts, index * each, (index + 1) * each));
    }

    @Override
    public int size() {
        return endpoints.length;
    }

    public EndpointId endpoint(int index) {
        return endpoints[index];
    }

    public float part(int index, int part) {
        return parts[index * partCount() + part];
    }

    /// The number of parts of each price.
    public int partCount() {
        return parts.length / endpoints.length;
    }
}
