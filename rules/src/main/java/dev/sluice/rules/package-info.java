/// Rules for the code of every module.
///
/// Start with [LanguageRules], [SourceRules] and [PackageRules]; each module has test classes that extend them.
@NullMarked
package dev.sluice.rules;

import org.jspecify.annotations.NullMarked;
