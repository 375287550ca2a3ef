namespace Kola.Machines.Images.Catalog;

/// <summary>Reads where an image comes from: exactly one of <c>build</c>, <c>file</c> and <c>url</c>.</summary>
internal static class SourceParser
{
    private static readonly Dictionary<string, SignedFile> SignedFiles = new() { ["image"] = SignedFile.Image, ["checksums"] = SignedFile.Checksums };

    public static ImageSource? Parse(string catalogPath, CatalogNode node, string name)
    {
        string[] kinds = [.. ((string[])["build", "file", "url"]).Where(node.Has)];
        var digest = Digest(node, name, forUrl: kinds is ["url"]);
        var signature = Signature(catalogPath, node, digest);
        switch (kinds)
        {
            case ["build"]:
                var build = node.Map("build", "'build'");
                var recipe = build?.Text("recipe", required: true, "the name of a folder beside the catalog that holds 'build'");
                build?.RefuseOtherKeys();
                return recipe is null ? null : new ImageSource.Build(recipe);
            case ["file"]:
                return node.Text("file", expected: "a path") is { } file ? new ImageSource.File(FromCatalog(catalogPath, file)) : null;
            case ["url"]:
                var address = node.Address("url");
                return address is null || digest is null ? null : new ImageSource.Url(address, digest, signature);
            default:
                node.Mistakes.Add(
                    kinds.Length > 1 ? node.Child(kinds[1])! : node.Node,
                    $"image '{name}' has {(kinds.Length == 0 ? "no source" : string.Join(" and ", kinds))}; expected exactly one of build, file, url");
                return null;
        }
    }

    private static ExpectedDigest? Digest(CatalogNode node, string name, bool forUrl)
    {
        string[] given = [.. ((string[])["sha256", "sha512", "checksums"]).Where(node.Has)];
        if (!forUrl)
        {
            foreach (var key in given)
                node.Mistakes.Add(node.Child(key)!, $"'{key}' of image '{name}' has no meaning without 'url'; expected it beside a 'url' only");
            return null;
        }
        if (given is not [var kind])
        {
            node.Mistakes.Add(
                given.Length > 1 ? node.Child(given[1])! : node.Child("url") ?? node.Node,
                $"image '{name}' has {(given.Length == 0 ? "a 'url' without a digest" : string.Join(" and ", given))}; expected exactly one of sha256, sha512, checksums");
            return null;
        }
        if (kind == "checksums")
            return node.Address(kind) is { } address ? new ExpectedDigest.Published(address) : null;
        if (node.Text(kind, expected: $"{FileDigest.HexLength(kind)} hex digits") is not { } text)
            return null;
        if (FileDigest.Parse(kind, text) is { } value)
            return new ExpectedDigest.Pinned(value);
        node.Mistakes.Add(node.Child(kind)!, $"'{text}' is no {kind} digest; expected {FileDigest.HexLength(kind)} hex digits, found {text.Length} characters");
        return null;
    }

    private static SignatureSource? Signature(string catalogPath, CatalogNode entry, ExpectedDigest? digest)
    {
        if (entry.Map("signature", "'signature'") is not { } node)
            return null;
        var address = node.Address("url", required: true);
        var key = node.Text("key", required: true, "the path of a public key");
        var of = node.Has("of") ? node.Choice("of", SignedFiles) : SignedFile.Image;
        if (of == SignedFile.Checksums && digest is ExpectedDigest.Pinned)
            entry.Mistakes.Add(node.Child("of")!, "there is no checksum file to be signed; expected 'of: image', or 'checksums' instead of a pinned digest");
        node.RefuseOtherKeys();
        return address is null || key is null || of is null ? null : new(address, FromCatalog(catalogPath, key), of.Value);
    }

    private static string FromCatalog(string catalogPath, string path) =>
        Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(catalogPath))!);
}
