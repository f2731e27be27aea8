export default {
  "app.till": "Caja",
  "app.owner": "Dueño",
  "login.title": "Entrar",
  "login.email": "Correo",
  "login.password": "Contraseña",
  "login.submit": "Entrar",
  "login.busy": "Entrando…",
  "login.language": "Idioma",
  "logout": "Salir",
  "network.none": "Sin conexión con el servidor. Inténtalo de nuevo.",
  "role.not_allowed": "Tu usuario no puede usar esta página.",
};
