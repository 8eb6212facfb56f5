package dev.sluice.picker.model;

/// How urgent a request is: of a higher value first; below 0 it is sheddable, the first to be refused.
public record Priority(int value) implements Comparable<Priority> {
    public static final Priority STANDARD = new Priority(0);

    public boolean isSheddable() {
        return value < 0;
    }

    @Override
    public int compareTo(Priority other) {
        return Integer.compare(value, other.value);
    }
}
