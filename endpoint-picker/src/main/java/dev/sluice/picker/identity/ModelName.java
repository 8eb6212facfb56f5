package dev.sluice.picker.identity;

/// A model's name as clients and engines write it; an adapter's name is a model name too.
public record ModelName(String value) implements Comparable<ModelName> {
    public ModelName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a model name must not be empty");
        }
    }

    @Override
    public int compareTo(ModelName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
