namespace Kola.Yaml.Values;

/// <summary>How files name releases. What the words of roles stand for is known where scenarios are read.</summary>
public static class ReleaseWords
{
    /// <summary>What a role's word stands for where a release is named: its version.</summary>
    public const string Release = "release";

    /// <summary>What a role's word stands for where an image is named: the image's name in the plan.</summary>
    public const string Image = "image";

    /// <summary>A role's word, or an image with its release.</summary>
    public const string ImagePattern = @"^([^:\s]+:[^:\s]+|previous|candidate|next|oldest)$";

    public const string ImageForm = "previous, candidate, next, oldest, or an image with its release such as debian-cloud:1";
}
