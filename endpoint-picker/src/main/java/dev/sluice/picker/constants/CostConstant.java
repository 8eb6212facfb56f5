package dev.sluice.picker.constants;

import dev.sluice.picker.decision.PricePart;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says of a constant of the cost model what a reader must know to change it. The field stays a compile-time
/// constant, so that the hot path reads a literal.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface CostConstant {
    /// The effect of the constant, in one sentence without a full stop.
    String meaning();

    String unit();

    ConstantKind kind();

    /// The source of the value.
    String source();

    /// The smallest value that makes sense.
    double least();

    /// The largest value that makes sense.
    double most();

    /// The parts of the price that the constant is a factor of; empty where it decides about prices, not in
    /// them.
    PricePart[] parts() default {};
}
