package dev.quern.formats;

import java.util.List;
import java.util.RandomAccess;

/// The elements of a metadata array, left where they lie in a mapped file and decoded when asked
/// for: a vocabulary costs no memory until somebody reads it.
///
/// Immutable; usable until the file is closed, and an `IllegalStateException` afterwards.
/// `List.copyOf` makes elements that outlive the file.
public interface MappedValues extends List<MetadataValue>, RandomAccess {}
