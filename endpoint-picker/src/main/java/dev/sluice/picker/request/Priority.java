package dev.sluice.picker.request;

/// A priority says how urgent a request is: a higher value goes first, and a request below 0 is refused first
/// (sheddable).
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
