fn main() {
    let _ = oidc::routes!(token = "/to ken");
}
