using Nosnet.Protocol;

namespace Nosnet.Node.Tests;

public sealed class S3PlaceTests
{
    [Theory]
    [InlineData("s3://models/llama/8b", null, "eu-west-1", "https://models.s3.eu-west-1.amazonaws.com/|llama/8b")]
    [InlineData("s3://models", null, "", "https://models.s3.us-east-1.amazonaws.com/|")]
    [InlineData("s3://dotted.name/x", null, null, "https://s3.us-east-1.amazonaws.com/dotted.name/|x")]
    [InlineData("s3://nos-ai-models-qllsn32u/a/b", null, null, "https://models.nosana.io/|a/b")]
    [InlineData("https://models.s3.eu-west-1.amazonaws.com/a/b/", null, null, "https://models.s3.eu-west-1.amazonaws.com/|a/b")]
    [InlineData("https://s3.eu-west-1.amazonaws.com/models/a", null, null, "https://s3.eu-west-1.amazonaws.com/models/|a")]
    [InlineData("https://store.example/models/a%20b", "models", null, "https://store.example/models/|a b")]
    [InlineData("https://store.example/a", "models", null, "https://store.example/models/|a")]
    [InlineData("https://models.store.example/a", "models", null, "https://models.store.example/|a")]
    [InlineData("http://store.example:9000", "models", null, "http://store.example:9000/models/|")]
    [InlineData("https://store.example/models/a", null, null, "https://store.example/|models/a;https://store.example/models/|a")]
    [InlineData("https://store.example/", null, null, "https://store.example/|")]
    public void A_url_means_a_bucket_and_a_prefix(string url, string? bucket, string? region, string places) =>
        string.Join(';', S3Place.Of(url, bucket, region).Select(place => $"{place.Bucket}|{place.Prefix}")).ShouldBe(places);

    [Theory]
    [InlineData("models/llama", null)]
    [InlineData("ftp://store.example/a", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("s3://models/a", "other")]
    [InlineData("https://user:password@store.example/a", null)]
    [InlineData("s3://models/a?signature=password", null)]
    [InlineData("s3://user:password@models/a?x=1", null)]
    public void A_url_that_means_none_is_refused_and_no_login_is_repeated(string url, string? bucket) =>
        Should.Throw<ResourceException>(() => S3Place.Of(url, bucket, null)).Message.ShouldNotContain("password");

    [Fact]
    public void The_region_of_a_bucket_cannot_lead_to_another_host() =>
        Should.Throw<ResourceException>(() => S3Place.Of("s3://models/a", null, "evil.example/#"));

    // Two of the examples in Amazon's description of the signature.
    [Theory]
    [InlineData("?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    [InlineData("?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    public void The_signature_is_amazons(string query, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://examplebucket.s3.amazonaws.com/{query}"));
        S3Signature.Sign(
            request,
            new S3Credentials("us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));
        request.Headers.GetValues("Authorization").Single().ShouldBe(
            $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}");
    }

    [Fact]
    public void A_page_of_a_listing_is_read_with_its_names_decoded()
    {
        var page = S3Listing.Parse(
            """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
            <NextContinuationToken>more</NextContinuationToken>
            <Contents><Key>a%2Bb+c</Key><Size>7</Size><ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag></Contents>
            <Contents><Key>directory/</Key><Size>0</Size></Contents></ListBucketResult>
            """u8.ToArray())!;
        page.Objects.ShouldBe([new S3Object("a+b c", 7, "d41d8cd98f00b204e9800998ecf8427e")]);
        page.Next.ShouldBe("more");
    }

    [Theory]
    [InlineData("<html>no store</html>")]
    [InlineData("no xml")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><ListBucketResult>&a;</ListBucketResult>")]
    [InlineData("<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>")]
    public void What_is_no_listing_is_none(string text) => S3Listing.Parse(System.Text.Encoding.UTF8.GetBytes(text)).ShouldBeNull();
}
