namespace Kola.Yaml;

/// <summary>The members of an enumeration as files write them: in kebab case.</summary>
public static class EnumWords
{
    /// <summary>Such as <c>signed-updates</c> for <c>SignedUpdates</c>.</summary>
    public static string Word<T>(this T member)
        where T : struct, Enum => KebabCase.Of(member.ToString());

    /// <summary>The words of all members, in their order.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Word)];

    /// <returns><see langword="null"/> when the word is no member's.</returns>
    public static T? Parse<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Where(member => member.Word() == word).Select(member => (T?)member).FirstOrDefault();
}
