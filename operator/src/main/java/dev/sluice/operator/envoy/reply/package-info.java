/// The responses that Envoy makes itself, in a form that clients of model APIs read.
@NullMarked
package dev.sluice.operator.envoy.reply;

import org.jspecify.annotations.NullMarked;
