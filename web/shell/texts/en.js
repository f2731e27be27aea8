export default {
  "app.till": "Till",
  "app.owner": "Owner",
  "login.title": "Log in",
  "login.email": "Email",
  "login.password": "Password",
  "login.submit": "Log in",
  "login.busy": "Logging in…",
  "login.language": "Language",
  "logout": "Log out",
  "network.none": "The server cannot be reached. Try again.",
  "role.not_allowed": "Your user may not use this page.",
};
