namespace Kola.Machines.Images;

/// <summary>What is being done to get an image.</summary>
public enum ImagePhase { Waiting, Building, Downloading, Verifying, Decompressing, Done }

/// <summary>How far an image is.</summary>
/// <param name="Image">The image's name, with its release when it has one.</param>
/// <param name="Done">Bytes done; 0 where bytes say nothing (waiting, building).</param>
/// <param name="Total">Bytes in all, when known.</param>
/// <param name="Detail">One line for people: the recipe's own line, whom it waits for, why it tries again.</param>
public sealed record ImageProgress(string Image, ImagePhase Phase, long Done = 0, long? Total = null, string? Detail = null);
